using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PomIsa.Architectures.Tests;

/// <summary>A test's model as llama.cpp's converter would write it.</summary>
internal static partial class GgufModel
{
    /// <summary>Models whose structure GGUF can tell.</summary>
    public static IEnumerable<string> Names =>
        ["llama-1", "llama-biased", "llama-linear", "smollm2", "qwen2", "qwen3", "phi3", "phi3-short", "phi3-long", "phi4-mini", "gemma", "gemma2", "gemma3-plain", "gpt2"];

    /// <summary>The model; what GGUF can't tell has the value that readers take for granted.</summary>
    public static TestModel Of(string name)
    {
        TestModel model = TestModel.Named(name == "gemma3-plain" ? "gemma3" : name);
        var config = (JsonObject)JsonNode.Parse(model.Config.ToJsonString())!;
        if (config.ContainsKey("query_pre_attn_scalar"))
        {
            config["query_pre_attn_scalar"] = 16;
        }

        return model with { Config = config };
    }

    /// <summary>The model with its matrices as a format keeps them.</summary>
    public static TestModel Kept(TestModel model, uint type) => model with
    {
        Tensors = [.. model.Tensors.Select(t => t.Shape.Length == 2 && Type(t, type) == type && !t.Name.Contains(".c_") ? t with { Values = GgufWriter.Kept(t.Values, type) } : t)],
    };

    public static GgufWriter Write(TestModel model, uint type)
    {
        JsonObject config = model.Config;
        string kind = (string)config["model_type"]!, architecture = kind switch { "gemma3_text" => "gemma3", "mistral" => "llama", _ => kind };
        var file = new GgufWriter();
        file.Add("general.architecture", architecture);
        file.Add("general.name", model.Name);
        void Whole(string key, string from)
        {
            if ((int?)config[from] is { } value)
            {
                file.Add($"{architecture}.{key}", (uint)value);
            }
        }

        void Real(string key, string from)
        {
            if ((double?)config[from] is { } value)
            {
                file.Add($"{architecture}.{key}", (float)value);
            }
        }

        bool gpt2 = kind == "gpt2";
        if (kind == "gemma3_text" && !config.ContainsKey("rope_theta"))
        {
            config["rope_theta"] = 1e6; // which the converter writes, for its readers take another base for granted
        }

        Whole("embedding_length", gpt2 ? "n_embd" : "hidden_size");
        Whole("block_count", gpt2 ? "n_layer" : "num_hidden_layers");
        Whole("context_length", gpt2 ? "n_positions" : "max_position_embeddings");
        Whole("attention.head_count", gpt2 ? "n_head" : "num_attention_heads");
        Whole("attention.head_count_kv", "num_key_value_heads");
        Whole("attention.key_length", "head_dim");
        Whole("attention.sliding_window", "sliding_window");
        Whole("attention.sliding_window_pattern", "sliding_window_pattern");
        Whole("feed_forward_length", gpt2 ? "n_inner" : "intermediate_size");
        Real("attention.layer_norm_rms_epsilon", "rms_norm_eps");
        Real("rope.freq_base", "rope_theta");
        Real("attn_logit_softcapping", "attn_logit_softcapping");
        Real("final_logit_softcapping", "final_logit_softcapping");
        if (gpt2)
        {
            file.Add("gpt2.attention.layer_norm_epsilon", 1e-5f);
        }

        if ((double?)config["partial_rotary_factor"] is { } part and < 1)
        {
            file.Add($"{architecture}.rope.dimension_count", (uint)(8 * part));
        }

        if (config["rope_scaling"] is JsonObject scaling)
        {
            Scaling(file, architecture, config, scaling);
        }

        int head = (int?)config["head_dim"] ?? 8;
        foreach (TestTensor tensor in model.Tensors)
        {
            TestTensor stored = tensor;
            if (architecture == "llama" && (tensor.Name.Contains("q_proj") || tensor.Name.Contains("k_proj")))
            {
                stored = SideBySide(tensor, head);
            }
            else if (kind.StartsWith("gemma") && tensor.Name.EndsWith("norm.weight"))
            {
                stored = tensor with { Values = [.. tensor.Values.Select(static v => 1 + v)] };
            }
            else if (gpt2 && (tensor.Name.Contains(".c_") && tensor.Shape.Length == 2))
            {
                stored = Turned(tensor);
            }

            file.Add(Name(architecture, tensor.Name), stored.Shape, stored.Values, Type(tensor, type));
        }

        return file;
    }

    private static void Scaling(GgufWriter file, string architecture, JsonObject config, JsonObject scaling)
    {
        if (scaling["short_factor"] is not JsonArray shorts)
        {
            file.Add(architecture + ".rope.scaling.type", "linear");
            file.Add(architecture + ".rope.scaling.factor", (float)(double)scaling["factor"]!);
            return;
        }

        double original = (int)config["original_max_position_embeddings"]!, stretch = (int)config["max_position_embeddings"]! / original;
        file.Add(architecture + ".rope.scaling.original_context_length", (uint)original);
        file.Add(architecture + ".rope.scaling.attn_factor", (float)Math.Sqrt(1 + (Math.Log(stretch) / Math.Log(original))));
        foreach ((string name, JsonArray list) in ((string, JsonArray)[])[("short", shorts), ("long", (JsonArray)scaling["long_factor"]!)])
        {
            file.Add($"rope_factors_{name}.weight", [list.Count], [.. list.Select(static f => (float)(double)f!)], GgufWriter.F32);
        }
    }

    /// <summary>Vectors stay f32, as the converter leaves them.</summary>
    private static uint Type(TestTensor tensor, uint type) => tensor.Shape.Length == 1 || tensor.Name.Contains("wpe") ? GgufWriter.F32 : type;

    /// <summary>Value i of the first half of a head before value i of the second.</summary>
    private static TestTensor SideBySide(TestTensor tensor, int head)
    {
        int columns = tensor.Columns;
        var values = new float[tensor.Values.Length];
        for (int row = 0; row < tensor.Rows; row++)
        {
            int first = row / head * head, within = row % head, to = first + (within < head / 2 ? 2 * within : (2 * (within - (head / 2))) + 1);
            Array.Copy(tensor.Values, row * columns, values, to * columns, columns);
        }

        return tensor with { Values = values };
    }

    private static TestTensor Turned(TestTensor tensor)
    {
        (int rows, int columns) = (tensor.Rows, tensor.Columns);
        return tensor with
        {
            Shape = [columns, rows],
            Values = [.. Enumerable.Range(0, rows * columns).Select(i => tensor.Values[(i % rows * columns) + (i / rows)])],
        };
    }

    private static string Name(string architecture, string name)
    {
        string layer = Layer().Match(name) is { Success: true } found ? $"blk.{found.Groups[1].Value}." : "";
        string kind = name[name.LastIndexOf('.')..], stem = Layer().Replace(name, "")[..^kind.Length].Replace("transformer.", "").Replace("model.", "");
        bool sandwich = architecture is "gemma2" or "gemma3";
        return layer + stem switch
        {
            "embed_tokens" or "wte" => "token_embd",
            "wpe" => "position_embd",
            "norm" or "ln_f" => "output_norm",
            "lm_head" => "output",
            "input_layernorm" or "ln_1" => "attn_norm",
            "post_attention_layernorm" when sandwich => "post_attention_norm",
            "post_attention_layernorm" or "pre_feedforward_layernorm" or "ln_2" => "ffn_norm",
            "post_feedforward_layernorm" => "post_ffw_norm",
            "self_attn.qkv_proj" or "attn.c_attn" => "attn_qkv",
            "self_attn.o_proj" or "attn.c_proj" => "attn_output",
            "self_attn.q_proj" => "attn_q",
            "self_attn.k_proj" => "attn_k",
            "self_attn.v_proj" => "attn_v",
            "self_attn.q_norm" => "attn_q_norm",
            "self_attn.k_norm" => "attn_k_norm",
            "mlp.gate_up_proj" or "mlp.up_proj" or "mlp.c_fc" => "ffn_up",
            "mlp.gate_proj" => "ffn_gate",
            "mlp.down_proj" or "mlp.c_proj" => "ffn_down",
            _ => throw new ArgumentException(stem),
        } + kind;
    }

    [GeneratedRegex(@"(?:model\.layers|transformer\.h|h)\.(\d+)\.")]
    private static partial Regex Layer();
}
