using PomIsa.Packaging.Weights;

namespace PomIsa.Architectures.Tests;

/// <summary>Files that make no sense are refused, with what makes none.</summary>
public sealed class GgufRefusalTests
{
    [Fact]
    public void What_is_wrong_with_a_file_is_named()
    {
        Assert.Equal("the file does not begin with GGUF", Refused("GGML0000000000000000"u8.ToArray()));
        Assert.Equal("the file ends within the header", Refused("GGUF"u8.ToArray()));
        Assert.Equal("the GGUF file has version 1; read are 2 and 3", Refused(new GgufWriter { Version = 1 }.ToArray()));
        Assert.Equal("the GGUF file is big-endian, which is not read", Refused(new GgufWriter { Version = 0x03000000 }.ToArray()));
        Assert.Equal("metadata general.architecture is missing; known are gemma, gemma2, gemma3, gpt2, llama, phi3, qwen2, qwen3, smollm3", Refused(new GgufWriter().ToArray()));
        Assert.Equal(
            "metadata general.architecture 'rwkv' is not known; known are gemma, gemma2, gemma3, gpt2, llama, phi3, qwen2, qwen3, smollm3",
            Refused(file => file.Add("general.architecture", "rwkv")));
        Assert.Equal("metadata a is there twice", Refused(file =>
        {
            file.Add("a", 1u);
            file.Add("a", 2u);
        }));
        Assert.Equal("metadata general.alignment must be a power of two", Refused(file => file.Add("general.alignment", 24u)));
        Assert.Equal("metadata llama.expert_count: a mixture of experts is not known", Refused(file =>
        {
            file.Add("general.architecture", "llama");
            file.Add("llama.expert_count", 8u);
        }));
        Assert.Equal("metadata llama.attention.head_count must be a whole number, the same for all layers", Refused(file =>
        {
            file.Add("general.architecture", "llama");
            file.Add("llama.attention.head_count", [4, 2]);
        }));
        Assert.Equal("tensor a has rows of 20 values, which Q8_0 has no blocks for", Refused(file => file.AddRaw("a", [20], GgufWriter.Q8, new byte[34])));
        Assert.Equal("tensor a is there twice", Refused(file =>
        {
            file.Add("a", [1], [0], GgufWriter.F32);
            file.Add("a", [1], [0], GgufWriter.F32);
        }));
        Assert.Equal("tensor a reaches beyond the end of the file, which is cut off", Refused(file => file.AddRaw("a", [100], GgufWriter.F32, new byte[32])));
    }

    [Fact]
    public void A_tensor_of_a_format_that_is_not_read_is_named_with_those_that_are()
    {
        TestModel model = GgufModel.Of("llama-1");
        GgufWriter file = GgufModel.Write(model with { Tensors = [.. model.Tensors.Where(static t => t.Name != "lm_head.weight")] }, GgufWriter.Q8);
        file.AddRaw("output.weight", [40, 32], 12, new byte[800]);
        Assert.Equal("tensor lm_head.weight is Q4_K[40, 32]; values must be F32, F16, BF16, Q8_0, Q4_0, Q6_K", Refused(file.ToArray()));
    }

    [Fact]
    public void A_file_that_ends_anywhere_is_refused()
    {
        byte[] file = GgufModel.Write(GgufModel.Of("gpt2"), GgufWriter.Q4).ToArray();
        for (int length = 0; length < file.Length - 1; length += length < 4000 ? 7 : 997)
        {
            Refused(file[..length]);
        }
    }

    [Fact]
    public void A_file_with_changed_bytes_is_compiled_or_refused()
    {
        byte[] file = GgufModel.Write(GgufModel.Of("smollm2"), GgufWriter.Q8).ToArray();
        using var folder = new TestFolder();
        var random = new Random(5);
        int refused = 0;
        for (int run = 0; run < 600; run++)
        {
            byte[] changed = [.. file];
            for (int i = 0; i < 1 + (run % 3); i++)
            {
                changed[random.Next(3500)] = (byte)(run % 2 == 0 ? random.Next(256) : 0xff);
            }

            File.WriteAllBytes(folder.At("model.gguf"), changed);
            try
            {
                ArchitectureCompiler.Compile(folder.At("model.gguf"), new ArchitectureOptions(), new MemoryWeights());
            }
            catch (ArchitectureException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 100, 599);
    }

    private static string Refused(Action<GgufWriter> write)
    {
        var file = new GgufWriter();
        write(file);
        return Refused(file.ToArray());
    }

    private static string Refused(byte[] file)
    {
        using var folder = new TestFolder();
        File.WriteAllBytes(folder.At("model.gguf"), file);
        var weights = new MemoryWeights();
        string message = Assert.Throws<ArchitectureException>(() => ArchitectureCompiler.Compile(folder.At("model.gguf"), new ArchitectureOptions(), weights)).Message;
        Assert.Empty(weights.Entries);
        return message;
    }
}
