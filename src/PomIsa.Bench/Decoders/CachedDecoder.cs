using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using PomIsa.Assembly;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Files;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Machine;
using PomIsa.Shards;

namespace PomIsa.Bench.Decoders;

/// <summary>A decoder on disk: store, publisher's key, digests, and the modules that were assembled against them.</summary>
public sealed class CachedDecoder
{
    internal const string PublisherFile = "publisher.pub";
    internal const string StoreFolder = "store";

    private const string DescriptionFile = "decoder.json";

    private readonly ImmutableSortedDictionary<string, Digest> _digests;
    private readonly Digest _root;

    private CachedDecoder(string folder, DecoderSize size, WeightKind kind, Digest root, ImmutableSortedDictionary<string, Digest> digests)
    {
        Folder = folder;
        Size = size;
        Kind = kind;
        _root = root;
        _digests = digests;
    }

    /// <summary>Where it lies.</summary>
    public string Folder { get; }

    /// <summary>Its dimensions.</summary>
    public DecoderSize Size { get; }

    /// <summary>How its matrices are stored.</summary>
    public WeightKind Kind { get; }

    /// <summary>The decoder of a folder that was written to its end; false where there is none.</summary>
    public static bool TryOpen(string folder, DecoderSize size, WeightKind kind, [NotNullWhen(true)] out CachedDecoder? decoder)
    {
        decoder = null;
        string path = Path.Combine(folder, DescriptionFile);
        if (!File.Exists(path))
        {
            return false;
        }

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
        ImmutableSortedDictionary<string, Digest> digests = json.RootElement.GetProperty("tensors").EnumerateObject()
            .ToImmutableSortedDictionary(static p => p.Name, static p => Parse(p.Value), StringComparer.Ordinal);
        decoder = new CachedDecoder(folder, size, kind, Parse(json.RootElement.GetProperty("root")), digests);
        return true;
    }

    /// <summary>The module that answers with 1 + <paramref name="tokens"/> tokens, assembled where no module of that source is there yet.</summary>
    public VerifiedModule Program(int tokens)
    {
        string source = DecoderSource.Of(Size, Kind, tokens);
        string path = Path.Combine(Folder, $"decoder-{Digest.Of(Encoding.UTF8.GetBytes(source)).ToString()[..16]}.pisab");
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, Assemble(source).Encode());
        }

        return Module.TryDecode(File.ReadAllBytes(path), out Module module, out Fault fault)
            && Verifier.TryVerify(module, out VerifiedModule? verified, out ImmutableArray<Fault> faults)
                ? verified
                : throw new InvalidDataException($"{path} is no module. Delete {Folder} and run this again.");
    }

    /// <summary>Program and weights as a run needs them: signature and every chunk checked, every tensor compared with the program's digest.</summary>
    /// <exception cref="ShardStoreException">The store can't be read or is in use.</exception>
    /// <exception cref="InvalidDataException">It holds other bytes than it should.</exception>
    public BoundProgram Load(int tokens)
    {
        VerifiedModule program = Program(tokens);
        using PublisherPublicKey publisher = PublisherPublicKey.Load(Path.Combine(Folder, PublisherFile));
        using ShardStore store = ShardStore.OpenToRead(Path.Combine(Folder, StoreFolder));
        if (!WeightSet.TryLoad(store, _root, publisher, out WeightSet? weights, out ShardFault fault))
        {
            throw new InvalidDataException($"{fault.Describe()} Delete {Folder} and run this again.");
        }

        if (BoundProgram.TryBind(program, weights, out BoundProgram? bound, out MachineFault refused))
        {
            return bound;
        }

        weights.Dispose();
        throw new InvalidDataException($"{refused.Describe(program.Module)} Delete {Folder} and run this again.");
    }

    internal static void Describe(string folder, Digest root, ImmutableSortedDictionary<string, Digest> digests) => AtomicFile.Write(
        Path.Combine(folder, DescriptionFile),
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            root = root.ToString(),
            tensors = digests.ToDictionary(static d => d.Key, static d => d.Value.ToString()),
        }));

    private Module Assemble(string source)
    {
        AssemblyResult result = Assembler.Assemble(
            source, "decoder.pisa", null, new AssemblerOptions { Weights = new Catalog(this) });
        return result.Module ?? throw new System.Diagnostics.UnreachableException(DiagnosticText.Render(result.Diagnostics));
    }

    private static Digest Parse(JsonElement text) => new(Convert.FromHexString(text.GetString()!));

    private sealed class Catalog(CachedDecoder decoder) : IWeightCatalog
    {
        private readonly Dictionary<string, DecoderTensor> _tensors = decoder.Size.Tensors.ToDictionary(static t => t.Name, StringComparer.Ordinal);

        public IEnumerable<string> Names => decoder._digests.Keys;

        public WeightBinding? Find(string name)
        {
            if (!decoder._digests.TryGetValue(name, out Digest digest))
            {
                return null;
            }

            if (!_tensors.TryGetValue(name, out DecoderTensor? tensor))
            {
                return new WeightBinding(DType.F32, [DecoderSource.RotaryPositions, decoder.Size.HeadDim / 2], WeightLayout.Rows, digest);
            }

            return tensor.IsMatrix
                ? new WeightBinding(decoder.Kind.Element, [tensor.Rows, tensor.Columns], WeightLayout.Panels16, digest)
                : new WeightBinding(DType.F32, [tensor.Rows], WeightLayout.Rows, digest);
        }
    }
}
