using PomIsa.Isa;
using static PomIsa.Machine.Tests.Vectors.Values;

namespace PomIsa.Machine.Tests.Vectors;

/// <summary>A few cases, written by hand, of opcodes that view, choose, compare and count.</summary>
internal static class ViewVectors
{
    private static readonly Tensor Six = Tensor.Whole(DType.I32, [2, 3], 1, 2, 3, 4, 5, 6);

    public static IEnumerable<KeyValuePair<string, Func<IEnumerable<VectorCase>>>> All =>
    [
        Of("reshape", One([Six], Six with { Shape = [3, 2] }), One([F([0], [])], F([2, 0], []))),
        Of("transpose", One([Six], Whole([3, 2], 1, 4, 2, 5, 3, 6), Immediate.Axes(1, 0)), One([F([], [NaNs[5]])], F([], [NaNs[5]]), Immediate.Axes())),
        Of("slice",
            One([Six], Whole([2, 2], 3, 1, 6, 4), Immediate.Of(1u), Immediate.Of(-1L), Immediate.Of(-2L), Immediate.Of(2u)),
            One([Six], Whole([0, 3]), Immediate.Of(0u), Immediate.Of(9L), Immediate.Of(1L), Immediate.Of(0u))),
        Of("concat", One([Six, Whole([2, 1], 7, 8)], Whole([2, 4], 1, 2, 3, 7, 4, 5, 6, 8), Immediate.Of(1u))),
        Of("split", new OperandCase("one and two")
        {
            Reads = [Six], Immediates = [Immediate.Of(1u), Immediate.Of(1u)], Writes = [Whole([2, 1], 1, 4), Whole([2, 2], 2, 3, 5, 6)],
        }),
        Of("gather", One([Six, Whole([2], -1, 0)], Whole([2, 2], 3, 1, 6, 4), Immediate.Of(1u)), Trap([Six, Whole([1], 3)], [2, 1], FaultCode.ElementOutOfRange, Immediate.Of(1u))),
        Of("scatter",
            One([Six, Whole([2], 0, 0), Whole([2, 3], 9, 9, 9, 10, 20, 30)], Whole([2, 3], 10, 20, 30, 4, 5, 6), Immediate.Of(0u), Immediate.Of(0u)),
            One([Six, Whole([2], 0, 0), Whole([2, 3], 9, 9, 9, 10, 20, 30)], Whole([2, 3], 20, 31, 42, 4, 5, 6), Immediate.Of(0u), Immediate.Of(1u)),
            Trap([Six, Whole([1], -3), Whole([1, 3], 1, 1, 1)], [2, 3], FaultCode.ElementOutOfRange, Immediate.Of(0u), Immediate.Of(0u))),
        Of("expand", One([Whole([2, 1], 7, 8)], Whole([2, 3], 7, 7, 7, 8, 8, 8))),
        Of("pad", One([Whole([2, 1], 7, 8), Whole([], 5)], Whole([2, 4], 5, 7, 5, 5, 5, 8, 5, 5), Immediate.Of(1u), Immediate.Of(1u), Immediate.Of(2u))),
        Of("where", One([Truth([3], 0, 1, 2), F([3], [1f, 2f, 3f]), F([], [NaNs[5]])], F([3], [NaNs[5], 2f, 3f]))),
        Of("cast", One([F([4], [2.5f, -2.5f, NaNs[1], 3e9f])], Whole([4], 2, -2, 0, int.MaxValue), Immediate.Of(DType.I32))),
        Of("neg", One([F([3], [1f, 0f, NaNs[5]])], F([3], [-1f, -0f, NaNs[0]]))),
        Of("abs", One([Whole([2], -3, int.MinValue)], Whole([2], 3, int.MinValue))),
        Of("sqrt", One([F([4], [4f, -0f, -1f, 2f])], F([4], [2f, -0f, NaNs[0], 1.4142135f]))),
        Of("floor", One([F([2], [-2.5f, -0f])], F([2], [-3f, -0f]))),
        Of("ceil", One([F([2], [-2.5f, -0.5f])], F([2], [-2f, -0f]))),
        Of("round", One([F([3], [2.5f, 3.5f, -0.5f])], F([3], [2f, 4f, -0f]))),
        Of("trunc", One([F([2], [-2.5f, 2.5f])], F([2], [-2f, 2f]))),
        Of("sign", One([F([4], [-2.5f, 9f, -0f, NaNs[5]])], F([4], [-1f, 1f, 0f, NaNs[0]]))),
        Of("vrem", One([F([3], [5.5f, -4f, 1f]), F([3], [-2f, 2f, 0f])], F([3], [1.5f, -0f, NaNs[0]])), Trap([Whole([2], 1, 2), Whole([], 0)], [2], FaultCode.DivisionByZero)),
        Of("veq", One([F([3], [0f, 1f, NaNs[0]]), F([3], [-0f, 2f, NaNs[0]])], Truth([3], 1, 0, 0))),
        Of("vne", One([F([3], [0f, 1f, NaNs[0]]), F([3], [-0f, 2f, NaNs[0]])], Truth([3], 0, 1, 1))),
        Of("vlt", One([Six, Whole([], 3)], Truth([2, 3], 1, 1, 0, 0, 0, 0))),
        Of("vle", One([Six, Whole([], 3)], Truth([2, 3], 1, 1, 1, 0, 0, 0))),
        Of("vgt", One([Six, Whole([], 3)], Truth([2, 3], 0, 0, 0, 1, 1, 1))),
        Of("vge", One([Six, Whole([], 3)], Truth([2, 3], 0, 0, 1, 1, 1, 1))),
        Of("vand", One([Truth([4], 0, 0, 1, 2), Truth([4], 0, 1, 0, 1)], Truth([4], 0, 0, 0, 1))),
        Of("vor", One([Six, Whole([], 4)], Whole([2, 3], 5, 6, 7, 4, 5, 6))),
        Of("vxor", One([Six, Whole([], -1)], Whole([2, 3], -2, -3, -4, -5, -6, -7))),
        Of("vnot", One([Truth([3], 0, 1, 2)], Truth([3], 1, 0, 0))),
    ];

    private static KeyValuePair<string, Func<IEnumerable<VectorCase>>> Of(string mnemonic, params OperandCase[] cases) =>
        new(mnemonic, () => cases.Select(static (c, i) => c with { Name = c.Name.Length > 0 ? c.Name : $"by hand {i}" }));

    private static Tensor F(int[] shape, float[] values) => Tensor.F32(shape, values);

    private static Tensor Whole(int[] shape, params long[] values) => Tensor.Whole(DType.I32, shape, values);

    private static Tensor Truth(int[] shape, params long[] values) => Tensor.Whole(DType.Bool, shape, values);

    private static OperandCase One(Tensor[] reads, Tensor y, params Immediate[] immediates) => new("") { Reads = reads, Immediates = immediates, Writes = [y] };

    private static OperandCase Trap(Tensor[] reads, int[] into, FaultCode trap, params Immediate[] immediates) =>
        new("") { Reads = reads, Immediates = immediates, Into = [(reads[0].Element, into)], Trap = trap };
}
