using System.Text.Json.Nodes;

namespace PomIsa.Architectures.Tests;

/// <summary>A model with random weights and the structure of a published one, at a small size.</summary>
internal sealed record TestModel(string Name, JsonObject Config, IReadOnlyList<TestTensor> Tensors)
{
    public const int Vocabulary = 40, Dim = 32, Ffn = 64;

    public override string ToString() => Name;

    /// <summary>Writes it as Hugging Face has it.</summary>
    public void Write(string folder, string dtype = "F32", bool two = false)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), Config.ToJsonString());
        if (two)
        {
            SafetensorsWriter.WriteTwo(folder, dtype, Tensors);
        }
        else
        {
            SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), dtype, Tensors);
        }
    }

    /// <summary>The structures that are compared with the reference.</summary>
    public static IEnumerable<TestModel> All =>
    [
        Llama("llama-1", new JsonObject { ["model_type"] = "llama" }),
        Llama("llama-biased", new JsonObject { ["model_type"] = "llama", ["attention_bias"] = true, ["mlp_bias"] = true, ["head_dim"] = 16 }),
        Llama("llama-3.2", new JsonObject
        {
            ["model_type"] = "llama", ["tie_word_embeddings"] = true, ["rope_theta"] = 500000.0,
            ["rope_scaling"] = new JsonObject { ["factor"] = 32.0, ["high_freq_factor"] = 4.0, ["low_freq_factor"] = 1.0, ["original_max_position_embeddings"] = 16, ["rope_type"] = "llama3" },
        }),
        Llama("llama-linear", new JsonObject { ["model_type"] = "llama", ["rope_scaling"] = new JsonObject { ["type"] = "linear", ["factor"] = 4.0 } }),
        Llama("smollm2", new JsonObject { ["model_type"] = "llama", ["tie_word_embeddings"] = true, ["rope_theta"] = 100000 }),
        Llama("smollm3", new JsonObject { ["model_type"] = "smollm3", ["no_rope_layers"] = new JsonArray(1, 1, 0), ["rope_theta"] = 5000000.0 }),
        Llama("mistral", new JsonObject { ["model_type"] = "mistral", ["sliding_window"] = 3 }),
        Llama("qwen2", new JsonObject { ["model_type"] = "qwen2", ["tie_word_embeddings"] = true, ["rope_theta"] = 1000000.0, ["use_sliding_window"] = false, ["sliding_window"] = 2, ["max_window_layers"] = 1 }),
        Llama("qwen2-window", new JsonObject { ["model_type"] = "qwen2", ["use_sliding_window"] = true, ["sliding_window"] = 2, ["max_window_layers"] = 1 }),
        Llama("qwen3", new JsonObject { ["model_type"] = "qwen3", ["head_dim"] = 16, ["tie_word_embeddings"] = true }),
        Llama("phi3", new JsonObject { ["model_type"] = "phi3", ["sliding_window"] = 4 }),
        Llama("phi3-short", Phi("longrope", 64)),
        Llama("phi3-long", Phi("longrope", 4)),
        Llama("phi4-mini", Phi("longrope", 64, 0.5)),
        Gemma("gemma", new JsonObject { ["model_type"] = "gemma", ["hidden_act"] = "gelu" }, 1),
        Gemma("gemma2", new JsonObject
        {
            ["model_type"] = "gemma2", ["sliding_window"] = 3, ["query_pre_attn_scalar"] = 24, ["attn_logit_softcapping"] = 0.5, ["final_logit_softcapping"] = 2.0,
        }, 2),
        Gemma("gemma3", new JsonObject
        {
            ["model_type"] = "gemma3_text", ["sliding_window"] = 3, ["query_pre_attn_scalar"] = 16, ["sliding_window_pattern"] = 3,
            ["rope_scaling"] = new JsonObject { ["factor"] = 8.0, ["rope_type"] = "linear" },
        }, 3),
        Gemma("gemma3-typed", new JsonObject
        {
            ["model_type"] = "gemma3_text", ["sliding_window"] = 3, ["query_pre_attn_scalar"] = 16,
            ["layer_types"] = new JsonArray("full_attention", "sliding_attention", "full_attention"),
            ["rope_parameters"] = new JsonObject
            {
                ["full_attention"] = new JsonObject { ["rope_type"] = "default", ["rope_theta"] = 20000.0 },
                ["sliding_attention"] = new JsonObject { ["rope_type"] = "default", ["rope_theta"] = 300.0 },
            },
        }, 3),
        Gpt2("gpt2", new JsonObject { ["activation_function"] = "gelu_new" }, "transformer."),
        Gpt2("gpt2-bare", new JsonObject { ["activation_function"] = "gelu", ["scale_attn_by_inverse_layer_idx"] = true }, ""),
    ];

    public static TestModel Named(string name) => All.Single(m => m.Name == name);

    private static JsonObject Phi(string type, int original, double part = 1)
    {
        int count = (int)(8 * part) / 2;
        return new JsonObject
        {
            ["model_type"] = "phi3",
            ["original_max_position_embeddings"] = original,
            ["max_position_embeddings"] = 128,
            ["partial_rotary_factor"] = part,
            ["rope_scaling"] = new JsonObject
            {
                ["type"] = type,
                ["short_factor"] = new JsonArray([.. Enumerable.Range(0, count).Select(static i => (JsonNode)(1.0 + (0.25 * i)))]),
                ["long_factor"] = new JsonArray([.. Enumerable.Range(0, count).Select(static i => (JsonNode)(2.0 + (3.0 * i)))]),
            },
        };
    }

    private static TestModel Llama(string name, JsonObject config)
    {
        Fill(config, heads: 4, kv: 2, layers: 3);
        string type = (string)config["model_type"]!;
        int head = (int?)config["head_dim"] ?? 8, query = 4 * head, kv = 2 * head;
        bool all = (bool?)config["attention_bias"] == true, bias = type == "qwen2" || all, tied = (bool?)config["tie_word_embeddings"] ?? type == "smollm3";
        var random = new RandomTensors(name);
        random.Matrix("model.embed_tokens.weight", Vocabulary, Dim);
        random.Norm("model.norm.weight", Dim);
        if (!tied)
        {
            random.Matrix("lm_head.weight", Vocabulary, Dim);
        }

        for (int i = 0; i < 3; i++)
        {
            string at = $"model.layers.{i}.";
            random.Norm(at + "input_layernorm.weight", Dim);
            random.Norm(at + "post_attention_layernorm.weight", Dim);
            if (type == "phi3")
            {
                random.Matrix(at + "self_attn.qkv_proj.weight", query + (2 * kv), Dim);
                random.Matrix(at + "mlp.gate_up_proj.weight", 2 * Ffn, Dim);
            }
            else
            {
                random.Linear(at + "self_attn.q_proj", query, Dim, bias);
                random.Linear(at + "self_attn.k_proj", kv, Dim, bias);
                random.Linear(at + "self_attn.v_proj", kv, Dim, bias);
                random.Linear(at + "mlp.gate_proj", Ffn, Dim, (bool?)config["mlp_bias"] == true);
                random.Linear(at + "mlp.up_proj", Ffn, Dim, (bool?)config["mlp_bias"] == true);
            }

            random.Linear(at + "self_attn.o_proj", Dim, query, all);
            random.Linear(at + "mlp.down_proj", Dim, Ffn, (bool?)config["mlp_bias"] == true);
            if (type == "qwen3")
            {
                random.Norm(at + "self_attn.q_norm.weight", head);
                random.Norm(at + "self_attn.k_norm.weight", head);
            }
        }

        return new TestModel(name, config, random.Tensors);
    }

    private static TestModel Gemma(string name, JsonObject config, int generation)
    {
        config["head_dim"] = 16;
        Fill(config, heads: 2, kv: 1, layers: 3);
        var random = new RandomTensors(name);
        random.Matrix("model.embed_tokens.weight", Vocabulary, Dim);
        random.Norm("model.norm.weight", Dim, centre: 0);
        for (int i = 0; i < 3; i++)
        {
            string at = $"model.layers.{i}.";
            string[] norms = generation == 1
                ? ["input_layernorm", "post_attention_layernorm"]
                : ["input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm"];
            foreach (string norm in norms)
            {
                random.Norm($"{at}{norm}.weight", Dim, centre: 0);
            }

            random.Matrix(at + "self_attn.q_proj.weight", 32, Dim);
            random.Matrix(at + "self_attn.k_proj.weight", 16, Dim);
            random.Matrix(at + "self_attn.v_proj.weight", 16, Dim);
            random.Matrix(at + "self_attn.o_proj.weight", Dim, 32);
            random.Matrix(at + "mlp.gate_proj.weight", Ffn, Dim);
            random.Matrix(at + "mlp.up_proj.weight", Ffn, Dim);
            random.Matrix(at + "mlp.down_proj.weight", Dim, Ffn);
            if (generation == 3)
            {
                random.Norm(at + "self_attn.q_norm.weight", 16, centre: 0);
                random.Norm(at + "self_attn.k_norm.weight", 16, centre: 0);
            }
        }

        return new TestModel(name, config, random.Tensors);
    }

    private static TestModel Gpt2(string name, JsonObject config, string prefix)
    {
        config["model_type"] = "gpt2";
        config["n_embd"] = Dim;
        config["n_head"] = 2;
        config["n_layer"] = 2;
        config["n_positions"] = 24;
        config["n_inner"] = prefix.Length == 0 ? Ffn : null;
        config["vocab_size"] = Vocabulary;
        int inner = prefix.Length == 0 ? Ffn : 4 * Dim;
        var random = new RandomTensors(name);
        random.Matrix(prefix + "wte.weight", Vocabulary, Dim);
        random.Matrix(prefix + "wpe.weight", 24, Dim);
        random.LayerNorm(prefix + "ln_f", Dim);
        for (int i = 0; i < 2; i++)
        {
            string at = $"{prefix}h.{i}.";
            random.LayerNorm(at + "ln_1", Dim);
            random.LayerNorm(at + "ln_2", Dim);
            random.Conv1D(at + "attn.c_attn", Dim, 3 * Dim);
            random.Conv1D(at + "attn.c_proj", Dim, Dim);
            random.Conv1D(at + "mlp.c_fc", Dim, inner);
            random.Conv1D(at + "mlp.c_proj", inner, Dim);
        }

        return new TestModel(name, config, random.Tensors);
    }

    private static void Fill(JsonObject config, int heads, int kv, int layers)
    {
        config["hidden_size"] = Dim;
        config["intermediate_size"] = Ffn;
        config["num_hidden_layers"] = layers;
        config["num_attention_heads"] = heads;
        config["num_key_value_heads"] = kv;
        config["vocab_size"] = Vocabulary;
        config["rms_norm_eps"] = 1e-5;
        config["max_position_embeddings"] ??= 64;
        config["eos_token_id"] = new JsonArray(39, 38);
        config["bos_token_id"] = 1;
    }
}
