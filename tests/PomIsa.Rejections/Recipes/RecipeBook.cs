using PomIsa.Rejections.Modules;
using static PomIsa.Rejections.Recipes.Spell;

namespace PomIsa.Rejections.Recipes;

/// <summary>A recipe for every opcode that names something or has an immediate; all others need none.</summary>
internal static class RecipeBook
{
    private const uint Infinite = 0x7f800000, NaN = 0x7fc00000, MinusOne = 0xbf800000;

    private static readonly string[] Functions =
        ["exp", "sigmoid", "silu", "log", "exp2", "log2", "tanh", "erf", "gelu", "gelu.tanh", "softplus", "sin", "cos", "rsqrt", "sqrt", "floor", "ceil", "round", "trunc"];

    private static readonly string[] Signed = ["neg", "abs", "sign"];

    private static readonly string[] Arithmetic = ["vadd", "vmul", "vsub", "vdiv", "vmin", "vmax", "vpow", "vrem"];

    private static readonly string[] Comparisons = ["veq", "vne", "vlt", "vle", "vgt", "vge"];

    private static readonly string[] Logic = ["vand", "vor", "vxor"];

    public static IEnumerable<Recipe> All =>
    [
        .. Moves, .. Views, .. Elements, .. Reductions, .. Network, .. Attention, .. Windows, .. States,
    ];

    private static IEnumerable<Recipe> Moves =>
    [
        new("push", I64(5)),
        new("get", new LocalItem()),
        new("set", new LocalItem()),
        new("input", W("i32[1!]r"), new InputItem()),
        new("token", W("i32[1]")),
        new("tail", W("f32[2,4]"), R("f32[3?,4]"), U32(2, 0, 4, uint.MaxValue)),
        new("rows", R("any[3,4]*")),
        new("item", R("i32|i64|bool[1,1]~r")),
        new("load", W("f32[3,16]"), Rows("f32[3,16]")),
        new("output", R("any[3,4]*"), U32(63, 64, uint.MaxValue)),
        new("zeros", W("any[3,4]*")),
        new("sample", R("f32[1,8?]")),
        new("argmax", R("f32[1,8?]")),
        new("iota", W("i32|i64[3?]"), new SymbolItem()),
    ];

    private static IEnumerable<Recipe> Views =>
    [
        new("reshape", W("f32[2,6]"), R("f32[3,4]")),
        new("transpose", W("f32[4,3]"), R("f32[3,4]r"), Axes([1, 0], [0, 0], [1, 1], [0], [], [0, 1, 2], [0, 2], [7, 0])),
        new("slice", W("f32[3,2]"), R("f32[3,8?]r"), U32(1, 2, uint.MaxValue), I64(1, 5, 8, -9, 1L << 40), I64(3, 0, 7, -2, long.MinValue), U32(2, 4, uint.MaxValue)),
        new("concat", W("f32[3,7]"), R("f32[3,4]r"), R("f32[3,3]r"), U32(1, 2, 8)),
        new("split", W("f32[3,4]"), W("f32[3,4]"), R("f32[3,8]r"), U32(1, 2, 8), U32(4, 9, uint.MaxValue)),
        new("gather", W("f32[3,5,2]"), R("f32[3,8?,2]r"), R("i32|i64[5]"), U32(1, 3, 8)),
        new("scatter", W("f32[3,8,2]"), R("f32[3,8,2]r"), R("i32|i64[5]"), R("f32[3,5,2]"), U32(1, 3, 8), U32(0, 5, uint.MaxValue)),
        new("expand", W("f32[2?,3,4]r"), R("f32[3,4]r")),
        new("pad", W("f32[3,9]"), R("f32[3,4]r"), R("f32[]"), U32(1, 2, 8), U32(2, 1u << 28, uint.MaxValue), U32(3, 1u << 28, uint.MaxValue)),
        new("where", W("f32[3,4]"), R("bool[3,4]~"), R("f32[3,4]"), R("f32[3,4]~")),
        new("cast", W("i32[3,4]"), R("any[3,4]"), Type(Element.I32)),
    ];

    private static IEnumerable<Recipe> Elements =>
    [
        .. Functions.Concat(Signed).Select(static m => new Recipe(m, W("f32[3,4]"), R("f32[3,4]")) { InPlace = true }),
        .. Arithmetic.Select(static m => new Recipe(m, W("f32[3,4]"), R("f32[3,4]"), R("f32[3,4]~")) { InPlace = true }),
        new("swiglu", W("f32[3,4]"), R("f32[3,4]"), R("f32[3,4]")) { InPlace = true },
        .. Comparisons.Select(static m => new Recipe(m, W("bool[3,4]"), R("f32[3,4]"), R("f32[3,4]~"))),
        .. Logic.Select(static m => new Recipe(m, W("i32[3,4]"), R("i32[3,4]"), R("i32[3,4]~")) { InPlace = true }),
        new("vnot", W("i32[3,4]"), R("i32[3,4]")) { InPlace = true },
    ];

    private static IEnumerable<Recipe> Reductions =>
    [
        .. ((string[])["sum", "mean", "reduce.max", "reduce.min", "reduce.prod"]).Select(static m => new Recipe(m, W("f32[2,3,1]"), R("f32[2,3,8?]"))),
        new("vargmax", W("i64[2,3,1]"), R("f32|i32|i64[2,3,8?]")),
        new("topk", W("f32[2,3,4]"), W("i64[2,3,4]"), R("f32[2,3,8?]r"), U32(4, 9, uint.MaxValue)),
        new("cumsum", W("f32[2,3,8]"), R("f32[2,3,8]")) { InPlace = true },
        new("softmax", W("f32[2,3,8]"), R("f32[2,3,8]")) { InPlace = true },
        new("rmsnorm", W("f32[2,3,8]"), R("f32[2,3,8]"), Rows("f32[8]"), F32(0.5f, MinusOne, NaN, Infinite)) { InPlace = true },
        new("layernorm", W("f32[2,3,8]"), R("f32[2,3,8]"), Rows("f32[8]"), Rows("f32[8]"), F32(0.5f, MinusOne, NaN, Infinite)) { InPlace = true },
    ];

    private static IEnumerable<Recipe> Network =>
    [
        new("matmul", W("f32[2,3,16]"), R("f32[2,3,32]"), Panels("f32|f16|bf16[32,16]")),
        new("linear.w8", W("f32[2,3,16]"), R("f32[2,3,32]"), Panels("w8[32,16]")),
        new("linear.w4", W("f32[2,3,16]"), R("f32[2,3,32]"), Panels("w4[32,16]")),
        new("embed", W("f32[2,3,32]"), R("i32[2,3]"), Panels("f32|f16|bf16|w8|w4[32,16?]")),
        new("matmul.batch", W("f32[2,3,16]"), R("f32[2,3,8]"), R("f32[2,8,16]")),
        new("matmul.batch.t", W("f32[2,3,16]"), R("f32[2,3,8]"), R("f32[2,16,8]")),
        new("quantize", W("i8[2,3,32]"), W("f32[2,3,1]"), R("f32[2,3,32]")),
        new("matmul.i8", W("i32[2,3,16]"), R("i8[2,3,32]"), Panels("w8|w4[32,16]")),
        new("dequantize", W("f32[2,3,16]"), R("i32[2,3,16]"), R("f32[2,3,1]"), Panels("w8|w4[32?,16]")),
        new("rope", W("f32[3,32]"), R("f32[3,32]"), Rows("f32[8,16]"), Rows("f32[8,16]"), new SymbolItem()) { InPlace = true },
    ];

    private static IEnumerable<Recipe> Attention =>
    [
        new("attention", Cached(U32(8, 0, 5), F32(0.5f, NaN, Infinite))) { AppendsFirst = 3 },
        new("attention.window", Cached(U32(8, 0, 5), F32(0.5f, NaN, Infinite), U32(4, 0, (1u << 24) + 1))) { AppendsFirst = 3 },
        new("attention.softcap", Cached(U32(8, 0, 5), F32(0.5f, NaN, Infinite), U32(4, (1u << 24) + 1), F32(30, 0, MinusOne, NaN, Infinite))) { AppendsFirst = 3 },
        new("attention.cross", W("f32[2,3,32]"), R("f32[2,3,32]"), R("f32[2,5,16]"), R("f32[2,5,16]"), U32(8), F32(0.5f, NaN, Infinite)),
        new("attention.bias", W("f32[2,3,32]"), R("f32[2,3,32]"), R("f32[2,5,16]"), R("f32[2,5,16]"), R("f32[2,4,3,5]"), U32(8), F32(0.5f, NaN, Infinite)),
    ];

    private static IEnumerable<Recipe> Windows =>
    [
        new("conv", [W("f32[2,4,6,6]"), R("f32[2,3,8,8]"), Rows("f32[4,3,3,3]"), Stride, Stride, Pad, Pad, Pad, Pad, Stride, Stride]),
        new("pool.max", [W("f32[2,3,6,6]"), R("f32[2,3,8,8]"), Kernel, Kernel, Stride, Stride, Pad, Pad, Pad, Pad, Stride, Stride]),
        new("pool.mean", [W("f32[2,3,6,6]"), R("f32[2,3,8,8]"), Kernel, Kernel, Stride, Stride, Pad, Pad, Pad, Pad, Stride, Stride, U32(0, 2, uint.MaxValue)]),
    ];

    private static IEnumerable<Recipe> States =>
    [
        new("append", new StateItem(Element.F32, [4]), R("f32[3?,4]")),
        new("write", new StateItem(Element.F32, [4]), R("f32[3?,4]")),
        new("read", W("f32[8!,4]r") with { Kind = new Kind(Element.F32, Dim.Symbol(0), 4) }, new StateItem(Element.F32, [4])),
        new("reset", new StateItem(Element.F32, [4])),
        new("state.len", new StateItem(Element.F32, [4])),
    ];

    private static Immediate Stride => U32(1, 0, 65_537, uint.MaxValue);

    private static Immediate Kernel => U32(3, 0, 9, 65_537, uint.MaxValue);

    private static Immediate Pad => U32(0, 65_537, uint.MaxValue);

    /// <summary>A query of 4 heads of 8 over keys and values of 2 heads.</summary>
    private static Item[] Cached(params Item[] immediates) =>
        [W("f32[3,32]"), R("f32[3!,32!]"), new StateItem(Element.F32, [16]), new StateItem(Element.F32, [16]), .. immediates];
}
