using System.Runtime.InteropServices;
using Google.Protobuf;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Onnx.Reading;
using PomIsa.Onnx.Schema;
using PomIsa.OnnxCases;
using static PomIsa.Onnx.Tests.ModelMaker;

namespace PomIsa.Onnx.Tests;

/// <summary>Large known tables are looked up where they lie, and share their weight with the logits.</summary>
public sealed class EmbeddingTests
{
    private const int Words = 1031, Width = 32;

    [Theory]
    [InlineData(OnnxType.Float)]
    [InlineData(OnnxType.Float16)]
    public void Rows_are_those_of_the_table_also_counted_from_its_end(OnnxType type)
    {
        byte[] table = Table(type);
        CompiledModel compiled = Compile(type, table, tied: false);
        Assert.Contains("embed", Opcodes(compiled));
        Assert.DoesNotContain("gather", Opcodes(compiled));
        long[] ids = [0, 1030, 17, -1, -1031, 1029];
        using var pool = new WorkerPool(1);
        Assert.True(ModelRun.TryExecute(compiled, new Dictionary<string, HostTensor> { ["ids"] = HostTensor.OfInt64([2, 3], ids) }, pool, out var outputs, out string error), error);
        int row = table.Length / Words;
        Assert.Equal(ids.SelectMany(id => table.AsSpan((int)((id + Words) % Words) * row, row).ToArray()), outputs[0].Bytes);
        Assert.Equal([2, 3, Width], outputs[0].Shape.AsEnumerable());
    }

    [Theory]
    [InlineData(Packaging.Matrices.WeightKind.F32)]
    [InlineData(Packaging.Matrices.WeightKind.W8)]
    [InlineData(Packaging.Matrices.WeightKind.W4)]
    public void A_table_and_the_logits_that_are_tied_to_it_are_one_weight(Packaging.Matrices.WeightKind kind)
    {
        CompiledModel compiled = Compile(OnnxType.Float, Table(OnnxType.Float), tied: true, kind);
        WeightEntry[] large = [.. compiled.Module.Weights.Where(static w => w.Layout == WeightLayout.Panels16)];
        WeightEntry one = Assert.Single(large);
        Assert.Equal([Width, 1040], one.Shape.AsEnumerable());
        Assert.Equal(Packaging.Matrices.WeightKinds.ElementOf(kind), one.Element);
    }

    private static CompiledModel Compile(OnnxType type, byte[] table, bool tied, Packaging.Matrices.WeightKind kind = Packaging.Matrices.WeightKind.F32)
    {
        ModelProto model = Model(Node("Gather", ["table", "ids"], [tied ? "rows" : "y"]));
        if (tied)
        {
            model.Graph.Node.Add(Node("Transpose", ["table"], ["turned"], OperatorRun.Ints("perm", 1, 0)));
            model.Graph.Node.Add(Node("MatMul", ["rows", "turned"], ["y"]));
        }

        model.Graph.Initializer.Add(new TensorProto { Name = "table", DataType = (int)type, Dims = { Words, Width }, RawData = ByteString.CopyFrom(table) });
        model.With("ids", 2, 3);
        model.Graph.Input[0].Type.TensorType.ElemType = 7;
        Assert.True(OnnxCompiler.TryCompile(model.ToByteArray(), new CompileOptions { Weights = kind }, out CompiledModel? compiled, out OnnxProblem? problem), problem?.ToString());
        return compiled;
    }

    private static byte[] Table(OnnxType type)
    {
        var random = new Random(3);
        float[] values = [.. Enumerable.Range(0, Words * Width).Select(_ => random.NextSingle() - 0.5f)];
        return type == OnnxType.Float ? MemoryMarshal.AsBytes(values.AsSpan()).ToArray() : MemoryMarshal.AsBytes(Array.ConvertAll(values, static v => (Half)v).AsSpan()).ToArray();
    }

    private static IEnumerable<string> Opcodes(CompiledModel compiled) => compiled.Module.Functions[0].Body.Select(static i => i.Row.Mnemonic);
}
