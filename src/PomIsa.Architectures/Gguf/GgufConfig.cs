using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace PomIsa.Architectures.Gguf;

/// <summary>The metadata of a GGUF file as the <c>config.json</c> that it came from, as far as it says what is computed.</summary>
internal static class GgufConfig
{
    /// <summary>Architectures that are read, and what <c>config.json</c> calls them.</summary>
    public static ImmutableSortedDictionary<string, string> Architectures { get; } = new Dictionary<string, string>
    {
        ["llama"] = "llama",
        ["qwen2"] = "qwen2",
        ["qwen3"] = "qwen3",
        ["phi3"] = "phi3",
        ["smollm3"] = "smollm3",
        ["gemma"] = "gemma",
        ["gemma2"] = "gemma2",
        ["gemma3"] = "gemma3_text",
        ["gpt2"] = "gpt2",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Makes the configuration.</summary>
    /// <param name="head">What the file says.</param>
    /// <param name="factors">Reads a small tensor.</param>
    /// <exception cref="ArchitectureException">The architecture is not known, or a key has another type than it should.</exception>
    public static JsonObject Of(GgufHead head, Func<string, float[]> factors)
    {
        string? architecture = head.Text("general.architecture");
        if (architecture is null || !Architectures.TryGetValue(architecture, out string? type))
        {
            throw new ArchitectureException(
                $"metadata general.architecture {(architecture is null ? "is missing" : $"'{architecture}' is not known")}; known are {string.Join(", ", Architectures.Keys)}");
        }

        if (head.Whole(architecture + ".expert_count") > 0)
        {
            throw new ArchitectureException($"metadata {architecture}.expert_count: a mixture of experts is not known");
        }

        if (head.Whole("split.count") > 1)
        {
            throw new ArchitectureException($"the file is one of {head.Whole("split.count")} parts of a model; merge them first");
        }

        var keys = new Keys(head, architecture);
        JsonObject config = architecture == "gpt2" ? Gpt2(keys, head) : Llama(keys, head, architecture, factors);
        config["model_type"] = type;
        config["vocab_size"] = keys.Whole("vocab_size") ?? head.Find("token_embd.weight")?.Shape[0];
        config["tie_word_embeddings"] = head.Find("output.weight") is null;
        return config;
    }

    private static JsonObject Gpt2(Keys keys, GgufHead head) => new()
    {
        ["n_embd"] = keys.Whole("embedding_length"),
        ["n_head"] = keys.Whole("attention.head_count"),
        ["n_layer"] = keys.Whole("block_count"),
        ["n_positions"] = head.Find("position_embd.weight")?.Shape[0] ?? keys.Whole("context_length"),
        ["n_inner"] = keys.Whole("feed_forward_length"),
        ["layer_norm_epsilon"] = keys.Real("attention.layer_norm_epsilon"),
    };

    private static JsonObject Llama(Keys keys, GgufHead head, string architecture, Func<string, float[]> factors)
    {
        long? dim = keys.Whole("embedding_length"), heads = keys.Whole("attention.head_count"), width = keys.Whole("attention.key_length");
        long headDim = width ?? (dim > 0 && heads > 0 ? dim.Value / heads.Value : 0);
        var config = new JsonObject
        {
            ["hidden_size"] = dim,
            ["num_hidden_layers"] = keys.Whole("block_count"),
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = keys.Whole("attention.head_count_kv") ?? heads,
            ["head_dim"] = headDim,
            ["intermediate_size"] = keys.Whole("feed_forward_length"),
            ["max_position_embeddings"] = keys.Whole("context_length"),
            ["rms_norm_eps"] = keys.Real("attention.layer_norm_rms_epsilon"),
            ["attention_bias"] = architecture != "qwen2" && head.Find("blk.0.attn_q.bias") is not null,
            ["mlp_bias"] = head.Find("blk.0.ffn_up.bias") is not null,
            ["rope_theta"] = keys.Real("rope.freq_base") ?? 10000,
            ["sliding_window"] = keys.Whole("attention.sliding_window") is > 0 and var window ? window : null,
        };
        if (keys.Whole("rope.dimension_count") is { } turned && turned < headDim)
        {
            config["partial_rotary_factor"] = (double)turned / headDim;
        }

        if (Scaling(keys, head, factors) is { } scaling)
        {
            config["rope_scaling"] = scaling;
        }

        if (architecture is "gemma2" or "gemma3")
        {
            Gemma(config, keys, architecture, dim, heads, headDim);
        }

        return config;
    }

    /// <summary>Files say neither the scores' scale nor, as a rule, which layers see a window: the largest models are told by their layers.</summary>
    private static void Gemma(JsonObject config, Keys keys, string architecture, long? dim, long? heads, long headDim)
    {
        bool largest = keys.Whole("block_count") == (architecture == "gemma2" ? 46 : 62);
        config["query_pre_attn_scalar"] = largest && heads > 0 ? dim / heads : headDim;
        if (keys.Whole("attention.sliding_window_pattern") is { } pattern)
        {
            config["sliding_window_pattern"] = pattern;
        }

        double? usual = architecture == "gemma2" ? 50 : null, usualLogits = architecture == "gemma2" ? 30 : null;
        config["attn_logit_softcapping"] = keys.Real("attn_logit_softcapping") ?? usual;
        config["final_logit_softcapping"] = keys.Real("final_logit_softcapping") ?? usualLogits;
        if (keys.Real("rope.freq_base_swa") is { } local)
        {
            config["rope_local_base_freq"] = local;
        }
    }

    private static JsonObject? Scaling(Keys keys, GgufHead head, Func<string, float[]> factors)
    {
        if (head.Find("rope_factors_short.weight") is not null || head.Find("rope_factors_long.weight") is not null)
        {
            return new JsonObject
            {
                ["rope_type"] = "longrope",
                ["short_factor"] = List(factors("rope_factors_short.weight")),
                ["long_factor"] = List(factors("rope_factors_long.weight")),
                ["original_max_position_embeddings"] = keys.Whole("rope.scaling.original_context_length"),
                ["attention_factor"] = keys.Real("rope.scaling.attn_factor"),
            };
        }

        if (head.Find("rope_freqs.weight") is not null)
        {
            return new JsonObject { ["rope_type"] = Rotary.RotaryReader.GgufFactors, ["factors"] = List(factors("rope_freqs.weight")) };
        }

        double? factor = keys.Real("rope.scaling.factor") ?? keys.Real("rope.scale_linear");
        string type = keys.Text("rope.scaling.type") ?? (factor is > 0 and not 1 ? "linear" : "none");
        return type is "none" || (type == "linear" && factor is null or 0) ? null : new JsonObject { ["rope_type"] = type, ["factor"] = factor };
    }

    private static JsonArray List(float[] values) => new([.. values.Select(static v => float.IsFinite(v) ? (JsonNode)(double)v : "NaN")]);

    /// <summary>Keys of one architecture. A list whose values are all the same is that value.</summary>
    private sealed class Keys(GgufHead head, string architecture)
    {
        public long? Whole(string key) => Found(key) switch
        {
            null => null,
            long whole => whole,
            double[] { Length: > 0 } list when list.All(v => v == list[0]) && Math.Abs(list[0]) < 1L << 53 && Math.Truncate(list[0]) == list[0] => (long)list[0],
            _ => throw new ArchitectureException($"metadata {architecture}.{key} must be a whole number, the same for all layers"),
        };

        public double? Real(string key) => Found(key) switch
        {
            null => null,
            long whole => whole,
            double real when double.IsFinite(real) => real,
            _ => throw new ArchitectureException($"metadata {architecture}.{key} must be a finite number"),
        };

        public string? Text(string key) => head.Text($"{architecture}.{key}");

        private object? Found(string key) => head.Metadata.GetValueOrDefault($"{architecture}.{key}");
    }
}
