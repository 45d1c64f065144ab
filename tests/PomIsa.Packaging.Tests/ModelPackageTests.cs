using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Machine;
using PomIsa.Packaging.Matrices;
using PomIsa.Packaging.Models;
using PomIsa.Packaging.Weights;
using PomIsa.Shards;

namespace PomIsa.Packaging.Tests;

public sealed class ModelPackageTests
{
    private static readonly PublisherKey Key = PublisherKey.Create();

    [Theory]
    [InlineData(WeightKind.F32), InlineData(WeightKind.W8), InlineData(WeightKind.W4)]
    public void A_model_is_written_verified_and_bound_from_its_folder(WeightKind kind)
    {
        using var folder = new TestFolder();
        ModelPackage model = Write(folder.At("out"), kind);
        Assert.Equal("tiny", ModelPackage.Open(folder.At("out")).Description.Name);
        Assert.True(Module.TryDecode(File.ReadAllBytes(model.ModulePath), out Module module, out _));
        Assert.True(Verifier.TryVerify(module, out VerifiedModule? verified, out _));
        using PublisherPublicKey publisher = PublisherPublicKey.Load(model.PublisherPath);
        using ShardStore store = ShardStore.Open(folder.At("store"));
        Assert.True(WeightSet.TryImport(model.WeightsPath, publisher, store, null, out ImportReport? report, out ShardFault fault), fault.Describe());
        Assert.True(WeightSet.TryLoad(store, report.Manifest.RootDigest, publisher, out WeightSet? set, out _));
        Assert.True(BoundProgram.TryBind(verified, set, out BoundProgram? bound, out MachineFault refused), refused.Describe(module));
        bound.Dispose();
        Assert.Equal(kind != WeightKind.F32, File.Exists(model.QuantizationPath));
        Assert.Equal(["tokenizer.json"], Directory.GetFiles(model.TokenizerPath).Select(Path.GetFileName));
        Assert.Equal(["out", "store"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Compiling_twice_gives_the_same_bytes_but_for_signatures()
    {
        using var folder = new TestFolder();
        Write(folder.At("a"), WeightKind.W8);
        Write(folder.At("b"), WeightKind.W8);
        string[] files = [.. Directory.GetFiles(folder.At("a"), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder.At("a"), f)).Order()];
        Assert.Equal(9, files.Length);
        foreach (string file in files)
        {
            byte[] a = File.ReadAllBytes(folder.At("a", file)), b = File.ReadAllBytes(folder.At("b", file));
            if (file.EndsWith("model.sig", StringComparison.Ordinal))
            {
                Assert.True(Manifest.TryOpen(a, Key.PublicKey, out Manifest? one, out _) && Manifest.TryOpen(b, Key.PublicKey, out Manifest? _, out _));
                Assert.True(Manifest.TryOpen(b, Key.PublicKey, out Manifest? two, out _));
                Assert.Equal(one.RootDigest, two.RootDigest);
            }
            else if (file == ModelPackage.ProvenanceFile)
            {
                Assert.True(Provenance.TryOpen(a, Key.PublicKey, out byte[] one, out _));
                Assert.True(Provenance.TryOpen(b, Key.PublicKey, out byte[] two, out _));
                Assert.Equal(one, two);
            }
            else
            {
                Assert.Equal(a, b);
            }
        }
    }

    [Fact]
    public void The_provenance_names_what_the_folder_holds()
    {
        using var folder = new TestFolder();
        ModelPackage model = Write(folder.At("out"), WeightKind.F32);
        Assert.True(Provenance.TryOpen(File.ReadAllBytes(model.ProvenancePath), Key.PublicKey, out byte[] statement, out _));
        JsonNode json = JsonNode.Parse(statement)!;
        Assert.True(Manifest.TryOpen(File.ReadAllBytes(model.ManifestPath), Key.PublicKey, out Manifest? manifest, out _));
        Assert.Equal(
            [Digest.Of(File.ReadAllBytes(folder.At("out", "model.json"))).ToString(), Digest.Of(File.ReadAllBytes(model.ModulePath)).ToString(), manifest.RootDigest.ToString()],
            json["subject"]!.AsArray().Select(static s => s!["digest"]!["sha256"]!.GetValue<string>()));
        JsonNode definition = json["predicate"]!["buildDefinition"]!;
        Assert.Equal(Digest.Of([7]).ToString(), definition["resolvedDependencies"]![0]!["digest"]!["sha256"]!.GetValue<string>());
        Assert.Equal("32", definition["externalParameters"]!["context"]!.GetValue<string>());
    }

    [Fact]
    public void A_provenance_that_another_key_signed_is_refused()
    {
        using var folder = new TestFolder();
        ModelPackage model = Write(folder.At("out"), WeightKind.F32);
        byte[] envelope = File.ReadAllBytes(model.ProvenancePath);
        using PublisherKey other = PublisherKey.Create();
        Assert.False(Provenance.TryOpen(envelope, other.PublicKey, out _, out string? why));
        Assert.Contains("not that of the publisher's key", why, StringComparison.Ordinal);
        Assert.False(Provenance.TryOpen("{}"u8.ToArray(), other.PublicKey, out _, out why));
        Assert.Contains("no DSSE envelope", why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_takes_the_place_of_an_older_one()
    {
        using var folder = new TestFolder();
        Write(folder.At("out"), WeightKind.F32);
        Assert.Equal(WeightKind.W8, Write(folder.At("out"), WeightKind.W8).Description.Weights);
        Assert.Equal(["out"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void What_is_no_compiled_model_is_not_overwritten()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.At("file"), "x");
        Directory.CreateDirectory(folder.At("photos"));
        File.WriteAllText(folder.At("photos", "cat.jpg"), "x");
        Directory.CreateDirectory(folder.At("empty"));
        Assert.Contains("is a file", Assert.Throws<InvalidDataException>(() => ModelPackage.Begin(folder.At("file"))).Message, StringComparison.Ordinal);
        Assert.Contains("not overwritten", Assert.Throws<InvalidDataException>(() => ModelPackage.Begin(folder.At("photos"))).Message, StringComparison.Ordinal);
        Write(folder.At("empty"), WeightKind.F32);
    }

    [Fact]
    public void A_draft_that_is_not_finished_leaves_nothing_and_keeps_what_was_there()
    {
        using var folder = new TestFolder();
        Write(folder.At("out"), WeightKind.F32);
        using (ModelDraft draft = ModelPackage.Begin(folder.At("out")))
        {
            Fill(draft.Weights, WeightKind.W8, []);
        }

        Assert.Equal(["out"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
        Assert.Equal(WeightKind.F32, ModelPackage.Open(folder.At("out")).Description.Weights);
    }

    [Fact]
    public void What_a_killed_compiler_left_is_cleared_away()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.At("out.new", "weights"));
        File.WriteAllText(folder.At("out.new", "weights", "00.shard"), "half");
        File.WriteAllText(folder.At("out.new.lock"), "");
        Write(folder.At("was"), WeightKind.F32);
        Directory.Move(folder.At("was"), folder.At("out.old"));
        using (ModelPackage.Begin(folder.At("out")))
        {
            Assert.Equal("tiny", ModelPackage.Open(folder.At("out")).Description.Name);
        }

        Write(folder.At("out"), WeightKind.W8);
        Assert.Equal(["out"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Two_compilers_do_not_write_to_one_place()
    {
        using var folder = new TestFolder();
        using ModelDraft first = ModelPackage.Begin(folder.At("out"));
        Assert.Contains("Another compiler", Assert.Throws<ShardStoreException>(() => ModelPackage.Begin(folder.At("out"))).Message, StringComparison.Ordinal);
    }

    internal static ModelPackage Write(string path, WeightKind kind)
    {
        using ModelDraft draft = ModelPackage.Begin(path);
        var quantized = new List<QuantizedMatrix>();
        Module module = Fill(draft.Weights, kind, quantized);
        var program = new CompiledProgram
        {
            Name = "tiny",
            Module = module,
            Inputs = [new("x", "float", [PortDim.Of(2), PortDim.Of(64)])],
            Outputs = [new("y", "float", [PortDim.Of(2), PortDim.Of(48)])],
        };
        return draft.Finish(program, new PackageParts
        {
            Source = new ModelSource("onnx", [new SourceFile("tiny.onnx", Digest.Of([7]))]),
            Weights = kind,
            Key = Key,
            Parameters = new JsonObject { ["context"] = "32" },
            Tokenizer = new Dictionary<string, ReadOnlyMemory<byte>> { ["tokenizer.json"] = new byte[] { (byte)'{', (byte)'}' } },
            Quantized = quantized,
        });
    }

    /// <summary>y = x · W with a known W.</summary>
    private static Module Fill(IWeightSink sink, WeightKind kind, List<QuantizedMatrix> quantized)
    {
        float[] w = MatrixFormTests.Values(64 * 48);
        StoredMatrix stored = MatrixForm.Add(sink, "w", kind, 64, 48, MatrixFormTests.Rows(w, 64, 48));
        quantized.Add(new QuantizedMatrix("w", stored.Kind, 64, 48, stored.Error));
        sink.Add("unused", DType.F32, [3], WeightLayout.Rows, MemoryMarshal.AsBytes(w.AsSpan(0, 3)));
        TensorType x = TensorType.Of(DType.F32, Dim.Of(2), Dim.Of(64)), y = TensorType.Of(DType.F32, Dim.Of(2), Dim.Of(48));
        return new Module
        {
            Weights = [.. sink.Entries],
            Inputs = [new InputEntry(x)],
            Functions =
            [
                new Function { Kind = FunctionKind.Step, ParameterCount = 1, ResultCount = 1, Registers = [x, y], Body =
                [
                    Instruction.Of(WeightKinds.OpcodeOf(kind), Operand.Of(1), Operand.Of(0), Operand.Of(stored.Weight)),
                    Instruction.Of("ret"),
                ] },
                new Function { Kind = FunctionKind.Driver, ParameterCount = 0, ResultCount = 0, Registers = [x, y], Body =
                [
                    Instruction.Of("input", Operand.Of(0), Operand.Of(0)),
                    Instruction.Of("call", Operand.Of(0), Operand.Of(0), Operand.Of(1)),
                    Instruction.Of("output", Operand.Of(1), Operand.OfU32(0)),
                    Instruction.Of("halt"),
                ] },
            ],
            Entry = 1,
        };
    }
}
