using PomIsa.Rejections.Modules;
using static PomIsa.Rejections.Modules.Element;

namespace PomIsa.Rejections.Topics;

/// <summary>Products of what is near, whose records hold nothing, and of what looks like it and is not (spec/runs.md, rule 7).</summary>
internal static class NearProducts
{
    private const int Width = 32;

    // Weights, all of zeros but the rows, and registers of the step; x is its parameter.
    private const int W8s = 0, Floats = 1, W4s = 2, Bias = 3, Rows = 4;
    private const int X = 0, A = 1, B = 2, C = 3, D = 4, Short = 5, Mask = 6, Q = 7, Scale = 8, Sums = 9;

    private static readonly Kind Tensor = new(F32, 3, Width);

    public static IEnumerable<Rejection> All => [.. Near(), .. NotNear(), Convolutions(), Calls()];

    private static IEnumerable<Rejection> Near()
    {
        yield return Case("a gated block, and the product behind it", Linear(A, X), Linear(B, X), Gate(A, A, B), Linear(C, A), Linear(D, C));
        yield return Case("four products in a row", MatMul(A, X), MatMul(B, A), Linear(C, B), Linear4(D, C));
        yield return Case("a register with itself, in its own place", Linear(A, X), Times(A, A, A), MatMul(B, A));
        yield return Case("a bias that is loaded, and gelu", MatMul(A, X), Load(Short, Bias), Plus(A, A, Short), Gelu(A, A), MatMul(B, A));
        yield return Case("rows that are loaded, with a product", Linear(A, X), Load(B, Rows), Plus(B, B, A), Linear4(C, B));
        yield return Case("a register that is written again behind its reader", Linear(A, X), Plus(B, A, A), Load(A, Rows), Linear(C, B));
        yield return Case("a register that a product writes again", Load(A, Rows), Linear(A, X), Linear(B, A));
    }

    private static IEnumerable<Rejection> NotNear()
    {
        yield return Case("a bias of zeros", MatMul(A, X), Asm.Zeros(Short), Plus(A, A, Short), MatMul(B, A));
        yield return Case("a sum with what the step was given", Linear(A, X), Plus(B, A, X), Linear(C, B));
        yield return Case("a sum with a product that records nothing", Linear(A, X), Linear(B, A), Plus(C, A, B), Linear(D, C));
        yield return Case("rows that are loaded", Load(A, Rows), Linear(B, A), Load(C, Rows), MatMul(D, C));
        yield return Case("a sum of rows that are loaded", Load(A, Rows), Load(B, Rows), Plus(C, A, B), Linear4(D, C));
        yield return Case("a register that is loaded again", Linear(A, X), Load(A, Rows), Linear(B, A));
        yield return Case("a choice between near ones", Linear(A, X), Code.Of(0x90, Mask, A, A), Code.Of(0xa9, B, Mask, A, A), Linear(C, B));
        yield return Case("a near one in another shape", Linear(A, X), Code.Of(0xa0, B, A), Linear(C, B));
        yield return Case(
            "a near one as its own type", Linear(A, X), new Code(0xaa, Layout.Number(B, "register"), Layout.Number(A, "register"), Layout.Byte(F32, "type")), Linear(C, B));
        yield return Case(
            "a product in three opcodes", Asm.Zeros(A), Code.Of(0x5c, Q, Scale, A), Code.Of(0x5d, Sums, Q, W8s), Code.Of(0x5e, B, Sums, Scale, W8s), Linear(C, B));
    }

    /// <summary>Every second one of four, with what stands between convolutions.</summary>
    private static Rejection Convolutions()
    {
        var draft = new Draft();
        Products.Inside(draft, new Weight("w", F32, [2, 2, 1, 1], false), new byte[16]);
        Products.Inside(draft, new Weight("zero", F32, [1], false), new byte[4]);
        var plane = new Kind(F32, 1, 2, 4, 4);
        Code Conv(int y, int x) => Code.Of(0xb2, y, x, 0, 1, 1, 0, 0, 0, 0, 1, 1);
        return Products.Around(
            draft, "four convolutions with relu between them", Products.Drawn([1, 2, 4, 4]), [plane, plane, new Kind(F32, 1)],
            Conv(1, 0), Load(3, 1), Code.Of(0x83, 1, 1, 3), Conv(2, 1), Code.Of(0x83, 2, 2, 3), Conv(1, 2), Code.Of(0x83, 1, 1, 3), Conv(2, 1));
    }

    /// <summary>What a step gives is a parameter of the next: nothing is near across a call.</summary>
    private static Rejection Calls()
    {
        var draft = new Draft { Inputs = { Tensor } };
        Products.Inside(draft, new Weight("w", W8, [Width, Width], true), Products.Panels(W8, Width, Width));
        draft.Functions.Add(new Function
        {
            Driver = true,
            Registers = { Tensor },
            Body = { Asm.Input(0, 0), Asm.Call(1, 0, 0), Asm.Call(1, 0, 0), Asm.Halt },
        });
        draft.Functions.Add(new Function { Parameters = 1, Results = 1, Registers = { Tensor, Tensor }, Body = { Linear(1, 0), Asm.Ret } });
        return Records.Run("a product of what another step made", draft, Products.Drawn([3, Width]));
    }

    private static Rejection Case(string name, params Code[] body)
    {
        var draft = new Draft();
        Products.Inside(draft, new Weight("w8", W8, [Width, Width], true), Products.Panels(W8, Width, Width));
        Products.Inside(draft, new Weight("f32", F32, [Width, Width], true), Products.Panels(F32, Width, Width));
        Products.Inside(draft, new Weight("w4", W4, [Width, Width], true), Products.Panels(W4, Width, Width));
        Products.Inside(draft, new Weight("bias", F32, [Width], false), new byte[4 * Width]);
        Products.Inside(draft, new Weight("rows", F32, [3, Width], false), Products.Drawn([3, Width]).Bytes);
        return Products.Around(
            draft, name, Products.Drawn([3, Width]),
            [Tensor, Tensor, Tensor, Tensor, new Kind(F32, Width), new Kind(Bool, 3, Width), new Kind(I8, 3, Width), new Kind(F32, 3, 1), new Kind(I32, 3, Width)], body);
    }

    private static Code Linear(int y, int x) => Code.Of(0x51, y, x, W8s);

    private static Code Linear4(int y, int x) => Code.Of(0x58, y, x, W4s);

    private static Code MatMul(int y, int x) => Code.Of(0x50, y, x, Floats);

    private static Code Load(int y, int weight) => Code.Of(0x2d, y, weight);

    private static Code Plus(int y, int a, int b) => Code.Of(0x30, y, a, b);

    private static Code Times(int y, int a, int b) => Code.Of(0x31, y, a, b);

    private static Code Gate(int y, int a, int b) => Code.Of(0x85, y, a, b);

    private static Code Gelu(int y, int x) => Code.Of(0x3a, y, x);
}
