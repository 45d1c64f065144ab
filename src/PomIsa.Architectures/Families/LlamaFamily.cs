using System.Collections.Immutable;
using PomIsa.Architectures.Configuration;
using PomIsa.Architectures.Programs;
using PomIsa.Architectures.Rotary;

namespace PomIsa.Architectures.Families;

/// <summary>Llama and those who build like it: what of <c>llama.pisa</c> each of them uses, and where its tensors are.</summary>
internal static class LlamaFamily
{
    /// <summary>Llama 1 to 3, SmolLM and SmolLM2.</summary>
    public static DecoderPlan Llama(PlanRequest request)
    {
        bool bias = request.Config.Flag("attention_bias");
        return Plan(request, new Traits(new ShapeDefaults(2048))
        {
            QkvBias = bias,
            OutBias = bias,
            FfnBias = request.Config.Flag("mlp_bias"),
        });
    }

    /// <summary>Mistral: each token sees a window, unless the configuration says <c>null</c>.</summary>
    public static DecoderPlan Mistral(PlanRequest request) => Plan(request, new Traits(new ShapeDefaults(131072))
    {
        Window = request.Config.IsNull("sliding_window") ? null : request.Config.Whole("sliding_window", 4096),
        IsLocal = static _ => true,
    });

    /// <summary>Qwen2 and Qwen2.5: queries, keys and values have biases.</summary>
    public static DecoderPlan Qwen2(PlanRequest request) => Plan(request, QwenWindow(request.Config, new Traits(new ShapeDefaults(32768)) { QkvBias = true }));

    /// <summary>Qwen3: heads of queries and keys are normed.</summary>
    public static DecoderPlan Qwen3(PlanRequest request)
    {
        bool bias = request.Config.Flag("attention_bias");
        return Plan(request, QwenWindow(request.Config, new Traits(new ShapeDefaults(32768, 128)) { QkvBias = bias, OutBias = bias, QkNorm = true }));
    }

    /// <summary>Phi-3 and Phi-3.5: matrices of queries, keys and values are one tensor, and so are gate and up.</summary>
    public static DecoderPlan Phi3(PlanRequest request) => Plan(request, new Traits(new ShapeDefaults(4096))
    {
        Fused = true,
        Epsilon = 1e-5,
        Window = request.Config.Has("sliding_window") ? request.Config.Whole("sliding_window") : null,
        IsLocal = static _ => true,
    });

    /// <summary>SmolLM3: each fourth layer has no positions.</summary>
    public static DecoderPlan SmolLm3(PlanRequest request)
    {
        ModelConfig config = request.Config;
        bool bias = config.Flag("attention_bias");
        int interval = config.Whole("no_rope_layer_interval", 4);
        ImmutableArray<int>? turned = config.Wholes("no_rope_layers", 0, 1);
        bool IsTurned(int layer) => turned is { } list ? layer < list.Length && list[layer] == 1 : (layer + 1) % interval != 0;
        if (turned is { } given && given.Length < config.Whole("num_hidden_layers"))
        {
            config.Refuse("no_rope_layers", $"has {given.Length} entries, fewer than there are layers");
        }

        return Plan(request, new Traits(new ShapeDefaults(32768))
        {
            QkvBias = bias,
            OutBias = bias,
            FfnBias = config.Flag("mlp_bias"),
            Tied = true,
            Theta = 2e6,
            IsTurned = IsTurned,
            Window = config.Flag("use_sliding_window") && config.Has("sliding_window") ? config.Whole("sliding_window") : null,
            IsLocal = layer => !IsTurned(layer),
        });
    }

    private static Traits QwenWindow(ModelConfig config, Traits traits)
    {
        int first = config.Whole("max_window_layers", 28, 0);
        return traits with { Window = config.Flag("use_sliding_window") ? config.Whole("sliding_window", 4096) : null, IsLocal = layer => layer >= first };
    }

    private static DecoderPlan Plan(PlanRequest request, Traits traits)
    {
        ModelConfig config = request.Config;
        DecoderShape shape = DecoderShape.Read(config, traits.Defaults, request.Options);
        shape.Check(config, request.Options.Weights);
        if ((config.Text("hidden_act") ?? "silu") is not ("silu" or "swish"))
        {
            config.Refuse("hidden_act", $"is '{config.Text("hidden_act")}'; this architecture is known with silu");
        }

        bool tied = config.Flag("tie_word_embeddings", traits.Tied);
        float epsilon = (float)config.Real("rms_norm_eps", traits.Epsilon, 0, 1);
        ModelConfig? scaling = config.Object("rope_parameters") ?? config.Object("rope_scaling");
        int turned = config.Problems.Count > 0 ? 2 : Turned(config, scaling, shape.HeadDim);
        ImmutableArray<bool> local = LayerTypes.Read(config, shape.Layers, traits.IsLocal);
        config.Check();

        int context = shape.Context(request.Options);
        RotaryTable rotary = RotaryReader.Read(config, scaling, RotaryReader.Base(config, traits.Theta), turned, context, shape.Trained);
        config.Check();
        Prologue prologue = shape.Prologue(request, "A decoder of Llama's kind.", epsilon)
            .Add("SCALE", (float)(1 / Math.Sqrt(shape.HeadDim)))
            .Add("QKV_BIAS", traits.QkvBias).Add("OUT_BIAS", traits.OutBias).Add("FFN_BIAS", traits.FfnBias).Add("QK_NORM", traits.QkNorm);
        for (int i = 0; i < shape.Layers; i++)
        {
            prologue.Add($"l{i}.rope", traits.IsTurned(i)).Add($"l{i}.window", LayerTypes.Window(local[i], traits.Window, context));
        }

        string prefix = request.Prefix("embed_tokens.weight", "model.", "");
        return new DecoderPlan(
            prologue.With("llama.pisa", request.Options.AllRows ? "logits.pisa" : "answer.pisa"),
            Recipes(shape, traits, prefix, tied, rotary, context, turned),
            name => name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal) || (tied && name == "lm_head.weight"),
            context, shape.Vocabulary);
    }

    /// <summary>Values of a head that are turned.</summary>
    private static int Turned(ModelConfig config, ModelConfig? scaling, int headDim)
    {
        double part = config.Real("partial_rotary_factor", scaling?.Real("partial_rotary_factor", 1, 0.001, 1) ?? 1, 0.001, 1);
        int turned = (int)(headDim * part);
        if (turned < 2 || turned % 2 != 0)
        {
            config.Refuse("partial_rotary_factor", $"turns {turned} values of a head; they must be pairs");
        }

        return turned;
    }

    private static ImmutableDictionary<string, Weights.WeightRecipe> Recipes(
        DecoderShape shape, Traits traits, string prefix, bool tied, RotaryTable rotary, int context, int turned)
    {
        var book = new RecipeBook();
        ImmutableArray<int> order = turned == shape.HeadDim ? [] : HeadOrder.Partial(shape.HeadDim, turned);
        (int dim, int query, int kv, int ffn) = (shape.Dim, shape.QueryDim, shape.KvDim, shape.Ffn);
        book.Ends(shape, prefix + "embed_tokens.weight", tied, "lm_head.weight");
        book.Vector("norm", prefix + "norm.weight", dim);
        book.Rotary("rope", rotary, context, shape.HeadDim / 2);
        for (int i = 0; i < shape.Layers; i++)
        {
            string to = $"l{i}.", from = $"{prefix}layers.{i}.", attention = from + "self_attn.", mlp = from + "mlp.";
            book.Vector(to + "norm1", from + "input_layernorm.weight", dim);
            book.Vector(to + "norm2", from + "post_attention_layernorm.weight", dim);
            if (traits.Fused)
            {
                book.Part(to + "wq", attention + "qkv_proj.weight", dim, query + (2 * kv), 0, query, order);
                book.Part(to + "wk", attention + "qkv_proj.weight", dim, query + (2 * kv), query, kv, order);
                book.Part(to + "wv", attention + "qkv_proj.weight", dim, query + (2 * kv), query + kv, kv);
                book.Part(to + "gate", mlp + "gate_up_proj.weight", dim, 2 * ffn, 0, ffn);
                book.Part(to + "up", mlp + "gate_up_proj.weight", dim, 2 * ffn, ffn, ffn);
            }
            else
            {
                book.Matrix(to + "wq", attention + "q_proj.weight", dim, query, order);
                book.Matrix(to + "wk", attention + "k_proj.weight", dim, kv, order);
                book.Matrix(to + "wv", attention + "v_proj.weight", dim, kv);
                book.Matrix(to + "gate", mlp + "gate_proj.weight", dim, ffn);
                book.Matrix(to + "up", mlp + "up_proj.weight", dim, ffn);
            }

            book.Matrix(to + "wo", attention + "o_proj.weight", query, dim);
            book.Matrix(to + "down", mlp + "down_proj.weight", ffn, dim);
            if (traits.QkvBias)
            {
                book.Vector(to + "bq", attention + "q_proj.bias", query, order);
                book.Vector(to + "bk", attention + "k_proj.bias", kv, order);
                book.Vector(to + "bv", attention + "v_proj.bias", kv);
            }

            if (traits.OutBias)
            {
                book.Vector(to + "bo", attention + "o_proj.bias", dim);
            }

            if (traits.FfnBias)
            {
                book.Vector(to + "gate.b", mlp + "gate_proj.bias", ffn);
                book.Vector(to + "up.b", mlp + "up_proj.bias", ffn);
                book.Vector(to + "down.b", mlp + "down_proj.bias", dim);
            }

            if (traits.QkNorm)
            {
                book.Vector(to + "qnorm", attention + "q_norm.weight", shape.HeadDim, order);
                book.Vector(to + "knorm", attention + "k_norm.weight", shape.HeadDim, order);
            }
        }

        return book.Recipes;
    }

    /// <summary>What tells one of these families from another.</summary>
    private sealed record Traits(ShapeDefaults Defaults)
    {
        public bool QkvBias { get; init; }

        public bool OutBias { get; init; }

        public bool FfnBias { get; init; }

        public bool QkNorm { get; init; }

        /// <summary>Whether queries, keys and values are one tensor, and gate and up another.</summary>
        public bool Fused { get; init; }

        /// <summary>Whether embeddings are tied where the configuration says nothing.</summary>
        public bool Tied { get; init; }

        /// <summary>Rotary base where the configuration says nothing.</summary>
        public double Theta { get; init; } = 10000;

        /// <summary>Epsilon of the norms where the configuration says nothing.</summary>
        public double Epsilon { get; init; } = 1e-6;

        /// <summary>Positions that a local layer sees.</summary>
        public int? Window { get; init; }

        /// <summary>Which layers see a window, where the configuration does not list them.</summary>
        public Func<int, bool> IsLocal { get; init; } = static _ => false;

        /// <summary>Which layers have positions.</summary>
        public Func<int, bool> IsTurned { get; init; } = static _ => true;
    }
}
