using System.Collections.Immutable;
using PomIsa.Architectures.Configuration;
using PomIsa.Architectures.Programs;
using PomIsa.Architectures.Rotary;

namespace PomIsa.Architectures.Families;

/// <summary>Gemma, Gemma 2 and Gemma 3: what of <c>gemma.pisa</c> each of them uses, and where its tensors are.</summary>
internal static class GemmaFamily
{
    /// <summary>Gemma.</summary>
    public static DecoderPlan Gemma(PlanRequest request) => Plan(request, new Traits(1, new ShapeDefaults(8192, 256)));

    /// <summary>Gemma 2: layers take turns in seeing a window, scores and logits are capped.</summary>
    public static DecoderPlan Gemma2(PlanRequest request) => Plan(request, new Traits(2, new ShapeDefaults(8192, 256, 8, 4, 256000)));

    /// <summary>Gemma 3: five of six layers see a window and have a rotary base of their own; heads are normed.</summary>
    public static DecoderPlan Gemma3(PlanRequest request) => Plan(request, new Traits(3, new ShapeDefaults(131072, 256, 8, 4, 262208)));

    private static DecoderPlan Plan(PlanRequest request, Traits traits)
    {
        // A model that sees and reads keeps what its text part is in an object of its own.
        ModelConfig config = request.Config.Object("text_config") ?? request.Config;
        DecoderShape shape = DecoderShape.Read(config, traits.Defaults, request.Options);
        shape.Check(config, request.Options.Weights);
        string activation = Activation(config, traits);
        if (config.Flag("use_bidirectional_attention"))
        {
            config.Refuse("use_bidirectional_attention", "is true; a decoder's tokens see those before them only");
        }

        bool tied = config.Flag("tie_word_embeddings", true), bias = config.Flag("attention_bias");
        float epsilon = (float)config.Real("rms_norm_eps", 1e-6, 0, 1);
        double scalar = traits.Generation == 1 ? shape.HeadDim : config.Real("query_pre_attn_scalar", 256, 1e-3, 1e6);
        float? cap = Cap(config, "attn_logit_softcapping", traits.Generation == 2 ? 50 : null);
        float? logitCap = Cap(config, "final_logit_softcapping", traits.Generation == 2 ? 30 : null);
        int? window = traits.Generation == 1 || config.IsNull("sliding_window") ? null : config.Whole("sliding_window", 4096);
        int pattern = config.Whole("sliding_window_pattern", traits.Generation == 3 ? 6 : 2, 1, 1 << 16);
        ImmutableArray<bool> local = LayerTypes.Read(config, shape.Layers, i => traits.Generation > 1 && (i + 1) % pattern != 0);
        config.Check();

        int context = shape.Context(request.Options);
        RotaryTable rotary = Rotary(config, traits, "full_attention", shape, context), near = Rotary(config, traits, "sliding_attention", shape, context);
        config.Check();
        Prologue prologue = shape.Prologue(request, "A decoder of Gemma's kind.", epsilon)
            .Alias("activate", activation)
            .Add("SCALE", (float)(1 / Math.Sqrt(scalar)))
            .Add("QKV_BIAS", bias).Add("QK_NORM", traits.Generation == 3).Add("POST_NORM", traits.Generation > 1)
            .Add("TWO_TABLES", traits.Generation == 3)
            .Add("CAPPED", cap is not null).Add("CAP", cap ?? 1).Add("CAP_LOGITS", logitCap is not null);
        for (int i = 0; i < shape.Layers; i++)
        {
            prologue.Add($"l{i}.local", traits.Generation == 3 && local[i]).Add($"l{i}.window", LayerTypes.Window(local[i], window, context));
        }

        string prefix = request.Prefix("embed_tokens.weight", "model.", "", "language_model.model.", "model.language_model.");
        RecipeBook book = Recipes(shape, traits, prefix, bias);
        book.Ends(shape, prefix + "embed_tokens.weight", tied, "lm_head.weight");
        book.Rotary("rope", rotary, context, shape.HeadDim / 2);
        if (traits.Generation == 3)
        {
            book.Rotary("rope.local", near, context, shape.HeadDim / 2);
        }

        if (logitCap is { } most)
        {
            book.Computed("logits.cap", () => [most]);
        }

        return new DecoderPlan(
            prologue.With("gemma.pisa", request.Options.AllRows ? "logits.pisa" : "answer.pisa"), book.Recipes,
            name => IsIgnored(name, tied), context, shape.Vocabulary);
    }

    private static bool IsIgnored(string name, bool tied) =>
        name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal)
        || (tied && name.EndsWith("lm_head.weight", StringComparison.Ordinal))
        || name.Contains("vision_tower.", StringComparison.Ordinal) || name.Contains("multi_modal_projector.", StringComparison.Ordinal);

    private static string Activation(ModelConfig config, Traits traits)
    {
        string name = config.Text("hidden_activation") ?? (traits.Generation == 1 ? null : config.Text("hidden_act")) ?? "gelu_pytorch_tanh";
        if (name is not ("gelu" or "gelu_pytorch_tanh" or "gelu_new"))
        {
            config.Refuse("hidden_activation", $"is '{name}'; known are gelu and gelu_pytorch_tanh");
        }

        return name == "gelu" ? "gelu" : "gelu.tanh";
    }

    private static float? Cap(ModelConfig config, string key, double? otherwise) => config.IsNull(key) || (otherwise is null && !config.Has(key))
        ? null
        : (float)config.Real(key, otherwise, 1e-3, 1e6);

    /// <summary>The embedding of one kind of layers: newer configurations have parameters for each kind.</summary>
    private static RotaryTable Rotary(ModelConfig config, Traits traits, string layers, DecoderShape shape, int context)
    {
        ModelConfig? all = config.Object("rope_parameters"), own = all?.Object(layers);
        bool near = layers == "sliding_attention" && traits.Generation == 3;
        ModelConfig? scaling = own ?? (near ? null : all ?? config.Object("rope_scaling"));
        double theta = near
            ? RotaryReader.Base(config, 10000, "rope_local_base_freq")
            : RotaryReader.Base(config, traits.Generation == 3 ? 1e6 : 10000);
        return RotaryReader.Read(config, scaling, theta, shape.HeadDim, context, shape.Trained);
    }

    private static RecipeBook Recipes(DecoderShape shape, Traits traits, string prefix, bool bias)
    {
        var book = new RecipeBook();
        (int dim, int query, int kv, int ffn) = (shape.Dim, shape.QueryDim, shape.KvDim, shape.Ffn);
        book.Computed("scale", () => [(float)Math.Sqrt(dim)]);
        book.Vector("norm", prefix + "norm.weight", dim, plusOne: true);
        for (int i = 0; i < shape.Layers; i++)
        {
            string to = $"l{i}.", from = $"{prefix}layers.{i}.", attention = from + "self_attn.", mlp = from + "mlp.";
            book.Matrix(to + "wq", attention + "q_proj.weight", dim, query);
            book.Matrix(to + "wk", attention + "k_proj.weight", dim, kv);
            book.Matrix(to + "wv", attention + "v_proj.weight", dim, kv);
            book.Matrix(to + "wo", attention + "o_proj.weight", query, dim);
            book.Matrix(to + "gate", mlp + "gate_proj.weight", dim, ffn);
            book.Matrix(to + "up", mlp + "up_proj.weight", dim, ffn);
            book.Matrix(to + "down", mlp + "down_proj.weight", ffn, dim);
            book.Vector(to + "norm1", from + "input_layernorm.weight", dim, plusOne: true);
            bool post = traits.Generation > 1;
            book.Vector(to + "norm2", from + (post ? "pre_feedforward_layernorm.weight" : "post_attention_layernorm.weight"), dim, plusOne: true);
            if (post)
            {
                book.Vector(to + "post1", from + "post_attention_layernorm.weight", dim, plusOne: true);
                book.Vector(to + "post2", from + "post_feedforward_layernorm.weight", dim, plusOne: true);
            }

            if (traits.Generation == 3)
            {
                book.Vector(to + "qnorm", attention + "q_norm.weight", shape.HeadDim, plusOne: true);
                book.Vector(to + "knorm", attention + "k_norm.weight", shape.HeadDim, plusOne: true);
            }

            if (bias)
            {
                book.Vector(to + "bq", attention + "q_proj.bias", query);
                book.Vector(to + "bk", attention + "k_proj.bias", kv);
                book.Vector(to + "bv", attention + "v_proj.bias", kv);
                book.Vector(to + "bo", attention + "o_proj.bias", dim);
            }
        }

        return book;
    }

    /// <param name="Generation">1, 2 or 3.</param>
    /// <param name="Defaults">What holds where the configuration says nothing.</param>
    private sealed record Traits(int Generation, ShapeDefaults Defaults);
}
