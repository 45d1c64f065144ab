namespace PomIsa.Onnx.Tests;

/// <summary>Decoders written out in many ways come down to the same instructions.</summary>
public sealed class VariationTests
{
    private static readonly int[] Prompt = [5, 17, 3, 40, 44, 44, 8, 21, 2];

    private static readonly Variation[] All =
    [
        new(),
        new() { Turn = "none", Groups = "equal" },
        new() { Turn = "interleaved" },
        new() { Turn = "partial", Groups = "five" },
        new() { Turn = "split", Scale = "both" },
        new() { Cache = "rows", Groups = "five", Scale = "queries" },
        new() { Cache = "columns", Groups = "equal", Mask = "where", Scale = "quotient" },
        new() { Cache = "none", Mask = "where" },
        new() { Groups = "gather" },
        new() { Flat = true, Groups = "equal", Scale = "quotient" },
        new() { Flat = true, Packed = true },
        new() { Mask = "window", Scale = "queries" },
        new() { Mask = "window", Cap = true },
        new() { Cap = true, Groups = "five", Scale = "both" },
        new() { HeadNorm = true, Packed = true },
        new() { HeadNorm = true, Turn = "partial", Cache = "rows" },
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, All.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Written_out_in_any_way_the_logits_are_the_same_at_once_and_one_by_one(int number)
    {
        Variation how = All[number];
        byte[] model = VariedDecoder.Write(how);
        CompiledModel all = DecoderRun.Compile(model, allRows: true, change: Short), one = DecoderRun.Compile(model, change: Short);
        float[] want = DecoderRun.AsFunction(model, Prompt), have = DecoderRun.AllRows(all, Prompt);
        float most = want.Max(Math.Abs), difference = want.Zip(have).Max(static z => Math.Abs(z.First - z.Second));
        Assert.True(want.Length == have.Length && difference <= 2e-5f * most, $"{how}: {difference} of {most}");
        Assert.Equal(have.Select(BitConverter.SingleToUInt32Bits), DecoderRun.OneByOne(one, Prompt).Select(BitConverter.SingleToUInt32Bits));
    }

    /// <summary>Those that come to the very instructions; the others keep a known tensor or the rows of a mask that another way of writing makes vanish.</summary>
    public static TheoryData<int> Lean => [.. Enumerable.Range(0, All.Length).Where(static i => All[i] is not ({ Mask: "where" } or { Flat: true, Packed: false } or { HeadNorm: true, Packed: false }))];

    [Theory]
    [MemberData(nameof(Lean))]
    public void Each_layer_has_the_instructions_of_one_written_by_hand(int number)
    {
        Variation how = All[number];
        string[] step = [.. DecoderRun.Compile(VariedDecoder.Write(how), change: Short).Module.Functions[0].Body.Select(static i => i.Row.Mnemonic)];
        string attention = how.Cap ? "attention.softcap" : how.Mask == "window" ? "attention.window" : "attention";
        string[] layer =
        [
            "rmsnorm", "matmul", "matmul", "matmul", .. how.HeadNorm ? ["reshape", "rmsnorm", "reshape", "reshape", "rmsnorm", "reshape"] : Array.Empty<string>(),
            .. how.Turn == "none" ? Array.Empty<string>() : ["rope", "rope"], "append", "append", attention, "matmul", "vadd", "rmsnorm", "matmul", "matmul", "swiglu", "matmul", "vadd",
            .. how.HeadNorm && how.Turn == "partial" ? ["gather", "gather"] : Array.Empty<string>(),
        ];
        Assert.Equal($"{how}: " + Counts([.. layer, .. layer, "embed", "tail", "rmsnorm", "matmul", "ret"]), $"{how}: " + Counts(step));
    }

    private static CompileOptions Short(CompileOptions options) => options with { Decoder = options.Decoder with { Context = 32 } };

    private static string Counts(IEnumerable<string> mnemonics) => string.Join(", ", mnemonics.GroupBy(static m => m).OrderBy(static g => g.Key, StringComparer.Ordinal).Select(static g => $"{g.Count()} {g.Key}"));
}
