using System.Collections.Immutable;
using PomIsa.Architectures.Configuration;
using PomIsa.Architectures.Programs;
using PomIsa.Packaging.Matrices;

namespace PomIsa.Architectures.Families;

/// <summary>GPT-2: its configuration has words of its own, and its linear layers lie the other way round.</summary>
internal static class Gpt2Family
{
    public static DecoderPlan Gpt2(PlanRequest request)
    {
        ModelConfig config = request.Config;
        int dim = config.Whole("n_embd", 768), heads = config.Whole("n_head", 12, most: 1 << 16);
        var shape = new DecoderShape(
            config.Whole("n_layer", 12, most: 1024), dim, heads, heads, Math.Max(2, dim / heads), config.Whole("n_inner", (int)Math.Min(4L * dim, ModelConfig.LargestDimension)),
            config.Whole("vocab_size", 50257), config.Whole("n_positions", config.Whole("n_ctx", 1024)));
        if (dim % heads != 0)
        {
            config.Refuse("n_embd", $"is {dim}, which n_head {heads} does not divide");
        }

        shape.Check(config, request.Options.Weights);
        if (shape.IsSplit)
        {
            config.Refuse("vocab_size", $"is {shape.Vocabulary}, whose embeddings of width {dim} do not fit into one weight");
        }

        string activation = Activation(config);
        bool scaled = config.Flag("scale_attn_weights", true), byLayer = config.Flag("scale_attn_by_inverse_layer_idx"), tied = config.Flag("tie_word_embeddings", true);
        float epsilon = (float)config.Real("layer_norm_epsilon", 1e-5, 0, 1);
        config.Check();

        int context = shape.Context(request.Options);
        Prologue prologue = shape.Prologue(request, "GPT-2.", epsilon).Alias("activate", activation).Add("POSITIONS", MatrixForm.Padded(context));
        for (int i = 0; i < shape.Layers; i++)
        {
            prologue.Add($"l{i}.scale", (float)((scaled ? 1 / Math.Sqrt(shape.HeadDim) : 1) / (byLayer ? i + 1 : 1)));
        }

        string prefix = request.Prefix("wte.weight", "transformer.", "");
        return new DecoderPlan(
            prologue.With("gpt2.pisa", request.Options.AllRows ? "logits.pisa" : "answer.pisa"),
            Recipes(shape, prefix, tied, context),
            name => name.EndsWith(".attn.bias", StringComparison.Ordinal) || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal) || (tied && name == "lm_head.weight"),
            context, shape.Vocabulary);
    }

    private static string Activation(ModelConfig config)
    {
        string name = config.Text("activation_function") ?? "gelu_new";
        switch (name)
        {
            case "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast":
                return "gelu.tanh";
            case "gelu" or "silu" or "tanh":
                return name;
            default:
                config.Refuse("activation_function", $"is '{name}'; known are gelu_new, gelu_pytorch_tanh, gelu_fast, gelu, silu and tanh");
                return "gelu.tanh";
        }
    }

    private static ImmutableDictionary<string, Weights.WeightRecipe> Recipes(DecoderShape shape, string prefix, bool tied, int context)
    {
        var book = new RecipeBook();
        (int dim, int ffn) = (shape.Dim, shape.Ffn);
        book.Ends(shape, prefix + "wte.weight", tied, "lm_head.weight");
        book.Table("positions", prefix + "wpe.weight", dim, shape.Trained, context);
        book.Vector("norm", prefix + "ln_f.weight", dim);
        book.Vector("norm.b", prefix + "ln_f.bias", dim);
        for (int i = 0; i < shape.Layers; i++)
        {
            string to = $"l{i}.", from = $"{prefix}h.{i}.";
            foreach ((int part, string name) in ((int, string)[])[(0, "q"), (1, "k"), (2, "v")])
            {
                book.Part($"{to}w{name}", from + "attn.c_attn.weight", dim, 3 * dim, part * dim, dim);
                book.Part($"{to}b{name}", from + "attn.c_attn.bias", 3 * dim, part * dim, dim);
            }

            book.Matrix(to + "wo", from + "attn.c_proj.weight", dim, dim);
            book.Vector(to + "bo", from + "attn.c_proj.bias", dim);
            book.Matrix(to + "up", from + "mlp.c_fc.weight", dim, ffn);
            book.Vector(to + "up.b", from + "mlp.c_fc.bias", ffn);
            book.Matrix(to + "down", from + "mlp.c_proj.weight", ffn, dim);
            book.Vector(to + "down.b", from + "mlp.c_proj.bias", dim);
            foreach ((string weight, string tensor) in ((string, string)[])[("norm1", "ln_1"), ("norm2", "ln_2")])
            {
                book.Vector(to + weight, $"{from}{tensor}.weight", dim);
                book.Vector($"{to}{weight}.b", $"{from}{tensor}.bias", dim);
            }
        }

        return book.Recipes;
    }
}
