using System.Text.Json.Nodes;
using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Weights;

namespace PomIsa.Architectures.Tests;

/// <summary>What can't be compiled is refused with everything that is wrong, before a weight is written.</summary>
public sealed class RefusalTests
{
    [Fact]
    public void Tensors_that_are_missing_of_another_shape_or_without_a_place_are_told_together()
    {
        TestModel model = TestModel.Named("llama-1");
        List<TestTensor> tensors = [.. model.Tensors.Where(static t => t.Name != "model.layers.1.mlp.up_proj.weight")];
        int at = tensors.FindIndex(static t => t.Name == "model.norm.weight");
        tensors[at] = new TestTensor("model.norm.weight", [16], new float[16]);
        tensors.Add(new TestTensor("model.layers.7.mlp.up_proj.weight", [2, 2], new float[4]));
        Assert.Equal(
            """
            3 problems:
              tensor model.layers.1.mlp.up_proj.weight [64, 32] is missing
              tensor model.norm.weight is F32[16], not [32]
              tensor model.layers.7.mlp.up_proj.weight F32[2, 2] has no place in this architecture
            """,
            Refusal(model with { Tensors = tensors }));
    }

    [Fact]
    public void An_unknown_architecture_is_told_with_those_that_are_known() => Assert.Equal(
        "config.json: model_type 'mamba' is not known; known are llama, mistral, qwen2, qwen3, phi3, smollm3, gemma, gemma2, gemma3_text, gemma3, gpt2",
        Refusal("llama-1", c => c["model_type"] = "mamba"));

    [Fact]
    public void Everything_that_is_wrong_with_a_configuration_is_told_together() => Assert.Equal(
        """
        5 problems:
          config.json: num_hidden_layers must be a whole number from 1 to 1024
          config.json: intermediate_size is missing
          config.json: vocab_size must be a whole number from 1 to 16777216
          config.json: hidden_act is 'relu'; this architecture is known with silu
          config.json: rms_norm_eps must be a number from 0 to 1
        """,
        Refusal("llama-1", c =>
        {
            c.Remove("intermediate_size");
            c["hidden_act"] = "relu";
            c["rms_norm_eps"] = "small";
            c["num_hidden_layers"] = 1000000000;
            c["vocab_size"] = 1L << 60;
        }));

    [Fact]
    public void Dimensions_that_contradict_each_other_are_told_together() => Assert.Equal(
        """
        2 problems:
          config.json: num_key_value_heads is 3, which does not divide num_attention_heads 4
          config.json: num_key_value_heads times head_dim is 24; it must be a multiple of 16, and at most 16777216
        """,
        Refusal("llama-1", static c => c["num_key_value_heads"] = 3));

    [Theory]
    [InlineData("llama-1", "hidden_act", "\"relu\"", "config.json: hidden_act is 'relu'; this architecture is known with silu")]
    [InlineData("llama-1", "quantization_config", "{}", "config.json: quantization_config says that the weights are quantized already, which is not read; take the model in f32, f16 or bf16")]
    [InlineData("llama-1", "rope_scaling", """{"type":"yarn","factor":4}""", "config.json: rope_scaling.rope_type is 'yarn'; known are default, linear, dynamic, llama3, longrope, su")]
    [InlineData("llama-1", "rope_scaling", """{"type":"linear"}""", "config.json: rope_scaling.factor is missing")]
    [InlineData("llama-1", "rope_scaling", "7", "config.json: rope_scaling must be an object")]
    [InlineData("llama-3.2", "rope_scaling", """{"rope_type":"llama3","factor":8,"low_freq_factor":4,"high_freq_factor":1,"original_max_position_embeddings":8}""", "config.json: rope_scaling.high_freq_factor must be greater than low_freq_factor")]
    [InlineData("phi3-short", "rope_scaling", """{"type":"longrope","short_factor":[1,2],"long_factor":[1,2]}""", "config.json: rope_scaling.long_factor must be a list of 4 numbers, one for each frequency")]
    [InlineData("phi4-mini", "partial_rotary_factor", "0.4", "config.json: partial_rotary_factor turns 3 values of a head; they must be pairs")]
    [InlineData("llama-1", "hidden_size", "30", "config.json: hidden_size is 30, which num_attention_heads 4 does not divide, and there is no head_dim")]
    [InlineData("smollm3", "no_rope_layers", "[1]", "config.json: no_rope_layers has 1 entries, fewer than there are layers")]
    [InlineData("gemma3-typed", "layer_types", """["full_attention"]""", "config.json: layer_types has 1 entries for 3 layers")]
    [InlineData("gemma3-typed", "layer_types", """["chunked_attention"]""", "config.json: layer_types must be a list of full_attention and sliding_attention")]
    [InlineData("gemma2", "hidden_activation", "\"silu\"", "config.json: hidden_activation is 'silu'; known are gelu and gelu_pytorch_tanh")]
    [InlineData("gpt2", "activation_function", "\"relu\"", "config.json: activation_function is 'relu'; known are gelu_new, gelu_pytorch_tanh, gelu_fast, gelu, silu and tanh")]
    [InlineData("gpt2", "n_head", "3", "config.json: n_embd is 32, which n_head 3 does not divide")]
    public void A_key_that_is_wrong_is_named(string model, string key, string value, string message)
    {
        Assert.Equal(message, Refusal(model, c => c[key] = JsonNode.Parse(value)));
    }

    [Fact]
    public void A_depth_that_has_no_form_in_4_bits_is_told() => Assert.Equal(
        "config.json: intermediate_size is 48, which no w4 matrix has as its depth; use f32",
        Refusal("llama-1", c => c["intermediate_size"] = 48, new ArchitectureOptions { Weights = WeightKind.W4 }));

    [Theory]
    [InlineData(0), InlineData(65)]
    public void A_context_beyond_what_the_model_was_made_for_is_told(int context) => Assert.Equal(
        $"a context of {context} is not possible: the model was made for 1 to 64 positions",
        Refusal("llama-1", static _ => { }, new ArchitectureOptions { Context = context }));

    [Fact]
    public void Folders_that_lack_something_are_told_what()
    {
        using var folder = new TestFolder();
        Assert.Equal($"{folder.Path} has no config.json", Refused(folder.Path));
        Assert.Equal($"{folder.At("nothing")} is neither a folder with config.json nor a GGUF file", Refused(folder.At("nothing")));
        File.WriteAllText(folder.At("config.json"), "{\"a\":1,\"a\":2}");
        Assert.Equal("config.json is no JSON object of unique names", Refused(folder.Path));
        File.WriteAllText(folder.At("config.json"), "[]");
        Assert.Equal("config.json is no JSON object of unique names", Refused(folder.Path));
        File.WriteAllText(folder.At("config.json"), TestModel.Named("llama-1").Config.ToJsonString());
        Assert.Equal($"{folder.Path} has no *.safetensors file; weights in other formats (*.bin, *.pth) are not read", Refused(folder.Path));
        File.WriteAllText(folder.At("model.safetensors.index.json"), """{"weight_map":{"a":"../model.safetensors"}}""");
        Assert.Equal("model.safetensors.index.json names a file that is none of this folder", Refused(folder.Path));
        File.WriteAllText(folder.At("model.safetensors.index.json"), """{"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}""");
        Assert.Equal("2 problems:\n  one.safetensors is missing, which model.safetensors.index.json names\n  two.safetensors is missing, which model.safetensors.index.json names", Refused(folder.Path));
    }

    [Fact]
    public void Files_that_are_cut_off_or_of_another_type_are_told()
    {
        using var folder = new TestFolder();
        TestModel model = TestModel.Named("llama-1");
        model.Write(folder.Path);
        byte[] whole = File.ReadAllBytes(folder.At("model.safetensors"));
        File.WriteAllBytes(folder.At("model.safetensors"), whole[..^1]);
        Assert.Contains("The file is cut off or its header is wrong.", Refused(folder.Path), StringComparison.Ordinal);
        File.WriteAllBytes(folder.At("model.safetensors"), whole[..100]);
        Assert.Contains("the tensor header is longer than the file", Refused(folder.Path), StringComparison.Ordinal);
        int dtype = whole.AsSpan().IndexOf("\"F32\""u8);
        whole[dtype + 1] = (byte)'I';
        File.WriteAllBytes(folder.At("model.safetensors"), whole);
        Assert.Contains("tensor model.embed_tokens.weight is I32[40, 32]; values must be F32, F16, BF16", Refused(folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void What_Git_LFS_has_not_fetched_is_told()
    {
        using var folder = new TestFolder();
        TestModel.Named("llama-1").Write(folder.Path);
        const string Pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
        File.WriteAllText(folder.At("model.safetensors"), Pointer);
        File.WriteAllText(folder.At("model.gguf"), Pointer);
        Assert.Equal("model.safetensors is a pointer of Git LFS, not the file itself; fetch it with git lfs pull", Refused(folder.Path));
        Assert.Equal("the file is a pointer of Git LFS, not the model itself; fetch it with git lfs pull", Refused(folder.At("model.gguf")));
    }

    [Fact]
    public void A_stop_ends_the_work()
    {
        using var folder = new TestFolder();
        TestModel.Named("llama-1").Write(folder.Path);
        using var stop = new CancellationTokenSource();
        var seen = 0;
        Assert.Throws<OperationCanceledException>(() => ArchitectureCompiler.Compile(
            folder.Path, new ArchitectureOptions(), new MemoryWeights(), _ =>
            {
                if (++seen == 3)
                {
                    stop.Cancel();
                }
            }, stop.Token));
        Assert.Equal(3, seen);
    }

    [Theory]
    [InlineData("llama-biased"), InlineData("phi4-mini"), InlineData("gemma3-typed"), InlineData("gemma2"), InlineData("gpt2"), InlineData("smollm3"), InlineData("llama-3.2")]
    public void Any_value_of_any_key_is_compiled_or_refused(string name)
    {
        TestModel model = TestModel.Named(name);
        string[] values = ["0", "-1", "1", "3", "16777216", "1152921504606846976", "1e300", "-0.5", "\"\"", "\"\\ud800\"", "null", "true", "[]", "[[1]]", "{}", "[1e300,\"x\"]"];
        using var folder = new TestFolder();
        model.Write(folder.Path);
        int refused = 0, compiled = 0;
        foreach (string key in model.Config.Select(static p => p.Key).ToArray())
        {
            foreach (string value in values)
            {
                string text = model.Config.ToJsonString().Replace($"\"{key}\":", $"\"{key}\":{value},\"x.{key}\":", StringComparison.Ordinal);
                File.WriteAllText(folder.At("config.json"), text);
                try
                {
                    ArchitectureCompiler.Compile(folder.Path, new ArchitectureOptions { Context = null }, new MemoryWeights());
                    compiled++;
                }
                catch (ArchitectureException)
                {
                    refused++;
                }
            }
        }

        Assert.True(refused > 50 && compiled > 2, $"{refused} refused, {compiled} compiled");
    }

    private static string Refusal(string name, Action<JsonObject> change, ArchitectureOptions? options = null)
    {
        TestModel model = TestModel.Named(name);
        var config = (JsonObject)JsonNode.Parse(model.Config.ToJsonString())!;
        change(config);
        return Refusal(model with { Config = config }, options);
    }

    private static string Refusal(TestModel model, ArchitectureOptions? options = null)
    {
        using var folder = new TestFolder();
        model.Write(folder.Path);
        return Refused(folder.Path, options);
    }

    private static string Refused(string path, ArchitectureOptions? options = null)
    {
        var weights = new MemoryWeights();
        string message = Assert.Throws<ArchitectureException>(() => ArchitectureCompiler.Compile(path, options ?? new ArchitectureOptions(), weights)).Message;
        Assert.Empty(weights.Entries);
        return message;
    }
}
