using System.Collections.Immutable;
using PomIsa.Architectures.Configuration;
using PomIsa.Architectures.Programs;
using PomIsa.Isa;
using PomIsa.Packaging.Matrices;

namespace PomIsa.Architectures.Families;

/// <summary>Dimensions that every decoder has.</summary>
/// <param name="Layers">Blocks.</param>
/// <param name="Dim">Width of the stream.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KvHeads">Key and value heads.</param>
/// <param name="HeadDim">Width of a head.</param>
/// <param name="Ffn">Width of the feed-forward part.</param>
/// <param name="Vocabulary">Tokens.</param>
/// <param name="Trained">Positions that the model was made for.</param>
internal sealed record DecoderShape(int Layers, int Dim, int Heads, int KvHeads, int HeadDim, int Ffn, int Vocabulary, int Trained)
{
    /// <summary>Layers at most: each has two states.</summary>
    private const int MostLayers = 1024;

    /// <summary>Bytes of a register with all rows of logits, at most.</summary>
    private const long LogitBytes = 1L << 30;

    /// <summary>Width of all query heads.</summary>
    public int QueryDim => Heads * HeadDim;

    /// <summary>Width of all key heads.</summary>
    public int KvDim => KvHeads * HeadDim;

    /// <summary>Whether the embedding is too large for one weight, which is counted as f32 whatever it is stored as.</summary>
    public bool IsSplit => 4L * Dim * MatrixForm.Padded(Vocabulary) > WeightBytes;

    /// <summary>Bytes of the largest weight.</summary>
    public long WeightBytes { get; init; } = Limits.TensorBytes;

    /// <summary>Columns of the embedding's first weight.</summary>
    public int Half => IsSplit ? MatrixForm.Padded((Vocabulary + 1) / 2) : MatrixForm.Padded(Vocabulary);

    /// <summary>Reads the keys that Llama and its kin share.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="defaults">What holds where it says nothing.</param>
    /// <param name="options">The caller's choices.</param>
    public static DecoderShape Read(ModelConfig config, ShapeDefaults defaults, ArchitectureOptions options)
    {
        int dim = config.Whole("hidden_size"), heads = config.Whole("num_attention_heads", defaults.Heads, most: 1 << 16);
        if (!config.Has("head_dim") && defaults.HeadDim is null && dim % heads != 0)
        {
            config.Refuse("hidden_size", $"is {dim}, which num_attention_heads {heads} does not divide, and there is no head_dim");
        }

        return new DecoderShape(
            config.Whole("num_hidden_layers", most: MostLayers), dim, heads, config.Whole("num_key_value_heads", defaults.KvHeads ?? heads, most: 1 << 16),
            config.Whole("head_dim", defaults.HeadDim ?? Math.Max(2, dim / heads), 2, Limits.HeadDim), config.Whole("intermediate_size"),
            config.Whole("vocab_size", defaults.Vocabulary), config.Whole("max_position_embeddings", defaults.Trained))
        {
            WeightBytes = options.WeightBytes,
        };
    }

    /// <summary>The context of a program: what the caller wants, within what the model was made for.</summary>
    /// <exception cref="ArchitectureException">The caller wants more than that.</exception>
    public int Context(ArchitectureOptions options)
    {
        if (options.Context is { } wanted && (wanted < 1 || wanted > Trained))
        {
            throw new ArchitectureException($"a context of {wanted} is not possible: the model was made for 1 to {Trained} positions");
        }

        int context = Math.Min(options.Context ?? ArchitectureOptions.DefaultContext, Trained);
        return options.AllRows ? (int)Math.Min(context, Math.Max(1, LogitBytes / (4L * Vocabulary))) : context;
    }

    /// <summary>Notes what contradicts itself or what the machine has no form for; where keys are wrong already, what follows from them says nothing.</summary>
    public void Check(ModelConfig config, WeightKind kind)
    {
        if (config.Problems.Count > 0)
        {
            return;
        }

        if (KvHeads > Heads || Heads % KvHeads != 0)
        {
            config.Refuse("num_key_value_heads", $"is {KvHeads}, which does not divide num_attention_heads {Heads}");
        }

        if (HeadDim % 2 != 0)
        {
            config.Refuse("head_dim", $"is {HeadDim}; it must be even");
        }

        if (4L * Dim * Half > WeightBytes)
        {
            config.Refuse("vocab_size", $"is {Vocabulary}, whose embeddings of width {Dim} do not fit into two weights of {WeightBytes} bytes each");
        }

        long query = (long)Heads * HeadDim;
        Multiple(config, "hidden_size", Dim, 16);
        Multiple(config, "intermediate_size", Ffn, 16);
        Multiple(config, "num_attention_heads", query, 16, " times head_dim");
        Multiple(config, "num_key_value_heads", (long)KvHeads * HeadDim, 16, " times head_dim");
        foreach ((string key, long depth) in ((string, long)[])[("hidden_size", Dim), ("intermediate_size", Ffn), ("num_attention_heads", query)])
        {
            if (depth <= ModelConfig.LargestDimension && WeightKinds.For(kind, (int)depth) != kind)
            {
                config.Refuse(key, $"{(key == "num_attention_heads" ? "times head_dim " : "")}is {depth}, which no {WeightKinds.NameOf(kind)} matrix has as its depth; use f32");
            }
        }
    }

    /// <summary>The constants that every description takes.</summary>
    public Prologue Prologue(PlanRequest request, string about, float epsilon)
    {
        Prologue prologue = new Prologue(request.Name, about, request.Options.Weights)
            .Add("LAYERS", Layers).Add("D", Dim).Add("HEADS", Heads).Add("KV", KvHeads).Add("HEAD", HeadDim).Add("FFN", Ffn)
            .Add("VOCAB", Vocabulary).Add("COLUMNS", MatrixForm.Padded(Vocabulary)).Add("SPLIT", IsSplit).Add("HALF", Half)
            .Add("EXACT", !IsSplit && Vocabulary == MatrixForm.Padded(Vocabulary)).Add("CONTEXT", Context(request.Options))
            .Add("EPS", epsilon).Add("ALL_ROWS", request.Options.AllRows).Add("ENDS", request.End.Length);
        foreach ((int index, int id) in request.End.Index())
        {
            prologue.Add($"end{index}", id);
        }

        return prologue;
    }

    private static void Multiple(ModelConfig config, string key, long value, int multiple, string what = "")
    {
        if (value % multiple != 0 || value > ModelConfig.LargestDimension)
        {
            config.Refuse(key, $"{what.TrimStart()}{(what.Length > 0 ? " " : "")}is {value}; it must be a multiple of {multiple}, and at most {ModelConfig.LargestDimension}");
        }
    }
}

/// <summary>Dimensions of a decoder where its configuration says nothing.</summary>
/// <param name="Trained">Positions.</param>
/// <param name="HeadDim">Width of a head; null: width over heads.</param>
/// <param name="Heads">Query heads; null: they must be there.</param>
/// <param name="KvHeads">Key and value heads; null: as many as query heads.</param>
/// <param name="Vocabulary">Tokens; null: they must be there.</param>
internal sealed record ShapeDefaults(int Trained, int? HeadDim = null, int? Heads = null, int? KvHeads = null, int? Vocabulary = null);
