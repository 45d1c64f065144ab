using PomIsa.Isa;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>The vector files: their places, and the cases that each one holds.</summary>
internal static class Catalogue
{
    private static readonly Dictionary<string, Func<IEnumerable<VectorCase>>> ByMnemonic = new(
        [.. ScalarVectors.All, .. ViewVectors.All, .. ElementwiseVectors.Functions.Select(static f => KeyValuePair.Create(f.Mnemonic, f.Cases))], StringComparer.Ordinal)
    {
        ["halt"] = ControlVectors.Halt,
        ["call"] = ControlVectors.Call,
        ["ret"] = ControlVectors.Ret,
        ["loop"] = ControlVectors.Loop,
        ["brk"] = ControlVectors.Brk,
        ["brk_if"] = ControlVectors.BrkIf,
        ["if"] = ControlVectors.If,
        ["else"] = ControlVectors.Else,
        ["end"] = ControlVectors.End,
        ["input"] = MoveVectors.Input,
        ["token"] = MoveVectors.Token,
        ["tail"] = MoveVectors.Tail,
        ["rows"] = MoveVectors.Rows,
        ["zeros"] = MoveVectors.Zeros,
        ["vadd"] = ElementwiseVectors.Add,
        ["vmul"] = ElementwiseVectors.Mul,
        ["vsub"] = ElementwiseVectors.Sub,
        ["vdiv"] = ElementwiseVectors.Div,
        ["vmin"] = ElementwiseVectors.Min,
        ["vmax"] = ElementwiseVectors.Max,
        ["vpow"] = ElementwiseVectors.Power,
        ["swiglu"] = ElementwiseVectors.SwiGlu,
        ["argmax"] = ReduceVectors.Argmax,
        ["sum"] = ReduceVectors.Sum,
        ["matmul"] = MatrixVectors.MatMul,
        ["linear.w8"] = MatrixVectors.Linear,
        ["softmax"] = ReduceVectors.Softmax,
        ["rmsnorm"] = ReduceVectors.RmsNorm,
        ["rope"] = HeadVectors.Rope,
        ["attention"] = HeadVectors.Attention,
        ["embed"] = MatrixVectors.Embed,
        ["layernorm"] = ReduceVectors.LayerNorm,
        ["linear.w4"] = MatrixVectors.LinearW4,
        ["attention.window"] = HeadVectors.AttentionWindow,
        ["matmul.batch"] = MatrixVectors.Batched,
        ["matmul.batch.t"] = MatrixVectors.BatchedTransposed,
        ["append"] = MoveVectors.Append,
        ["reset"] = MoveVectors.Reset,
        ["state.len"] = MoveVectors.StateLength,
        ["emit"] = ControlVectors.Emit,
        ["commit"] = ControlVectors.Commit,
    };

    /// <summary>spec/vectors.</summary>
    public static string Folder { get; } = Path.Combine(Root(), "spec", "vectors");

    public static string PathOf(string mnemonic) => Path.Combine(Folder, mnemonic + ".json");

    /// <summary>The text that a row's file must have; null if nobody wrote cases for the row.</summary>
    public static string? Generate(OpcodeRow row) => ByMnemonic.TryGetValue(row.Mnemonic, out Func<IEnumerable<VectorCase>>? cases)
        ? CaseWriter.FileText(row, cases().Select(static c => c is OperandCase one ? one.Committed() : c))
        : null;

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PomIsa.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("No folder above the tests holds PomIsa.sln.");
    }
}
