using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Assembly;
using PomIsa.Evidence.Commitments;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Runs;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Machine.Tests.Runs;

/// <summary>Records of products hold the commitment to what is multiplied, those of <c>output</c> to what it gives, and no others hold any; spec/runs.md, rule 7.</summary>
public sealed class RecordedRowsTests : IWeightCatalog
{
    private const int K = 1024, N = 16;

    private const string Driver = """
        .driver main
            input x, x
            call work, x -> y
            output y, 0
            halt
        .end
        .entry main
        """;

    private const string Source = """
        .symbol T max 96
        .input x f32[T, 1024]
        .weight w w8[1024, 16] panels
        .weight v w4[1024, 16] panels
        .weight f f32[1024, 16] panels
        .step work(x: f32[T, 1024]) -> (y: f32[T, 16])
            linear.w8 a, x, w
            linear.w8 b, x, w
            vadd h, x, x
            linear.w8 c, x, w
            linear.w4 d, x, v
            linear.w4 d, h, v
            linear.w8 e, h, w
            matmul m, h, f
            quantize q, s, h
            matmul.i8 acc, q, w
            vadd y, a, b
            exp y, y
            ret
        .end

        """ + Driver;

    private const string Near = """
        .symbol T max 96
        .input x f32[T, 1024]
        .weight w w8[1024, 16] panels
        .weight t w8[16, 16] panels
        .weight o f32[16, 16] panels
        .weight bias f32[16]
        .step work(x: f32[T, 1024]) -> (y: f32[T, 16])
            linear.w8 a, x, w
            linear.w8 b, x, w
            swiglu a, a, b
            linear.w8 c, a, t
            linear.w8 d, a, t
            vadd c, c, d
            matmul m, c, o
            load one, bias
            vadd m, m, one
            gelu m, m
            matmul y, m, o
            linear.w8 e, x, w
            ret
        .end

        """ + Driver;

    private readonly (string Name, WeightBinding Binding, byte[] Bytes)[] _weights =
    [
        Zeros("w", DType.W8, Panels.Length(K, N) + (sizeof(float) * N)),
        Zeros("v", DType.W4, Panels.LengthW4(K, N) + Panels.LengthSubs(K, N) + (sizeof(float) * N)),
        Zeros("f", DType.F32, Panels.Length(K, N) * sizeof(float)),
        Zeros("t", DType.W8, Panels.Length(N, N) + (sizeof(float) * N), N),
        Zeros("o", DType.F32, Panels.Length(N, N) * sizeof(float), N),
        ("bias", new WeightBinding(DType.F32, [N], WeightLayout.Rows, Digest.Of(new byte[sizeof(float) * N])), new byte[sizeof(float) * N]),
    ];

    IEnumerable<string> IWeightCatalog.Names => _weights.Select(static w => w.Name);

    WeightBinding? IWeightCatalog.Find(string name) => _weights.FirstOrDefault(w => w.Name == name).Binding;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(3, 2)]
    [InlineData(96, 1)]
    [InlineData(96, 3)]
    public void A_record_commits_to_what_the_definition_says(int rows, int threads)
    {
        using BoundProgram program = Bind(Source);
        using var pool = new WorkerPool(threads);
        var random = new Random(rows);
        float[] x = [.. Enumerable.Range(0, rows * K).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-20, 20))))];
        x.AsSpan((rows - 1) * K).Fill(rows == 1 ? 1 : 0);
        float[] h = [.. x.Select(static v => v + v)];
        Retire[] retires = Execute(program, x, rows, pool, privacy: null);

        (float[] _, sbyte[] q) = Quantized(h, rows);
        Digest[] expected =
        [
            Rows(x, rows), Rows(x, rows), Rows(x, rows), Rows(x, rows), Rows(h, rows), Rows(h, rows),
            Commitment.Of((byte)DType.F32, [rows, K], MemoryMarshal.AsBytes<float>(h)), Commitment.Of((byte)DType.I8, [rows, K], MemoryMarshal.AsBytes<sbyte>(q)),
            Commitment.Of((byte)DType.F32, [rows, N], MemoryMarshal.AsBytes<float>([.. Enumerable.Repeat(1f, rows * N)])),
        ];
        Assert.Equal(expected, retires.SelectMany(static r => r.Commitments));
        Assert.All(retires, static r => Assert.Equal(InstructionTable.TryFind((byte)r.Head.Opcode, out OpcodeRow? row) ? row.RecordedTensors : -1, r.Commitments.Length));
    }

    [Theory]
    [InlineData(1, 1, PrivacyMode.None)]
    [InlineData(3, 3, PrivacyMode.Tokens)]
    [InlineData(96, 2, PrivacyMode.None)]
    [InlineData(96, 1, PrivacyMode.All)]
    public void A_product_of_what_is_made_element_by_element_from_recorded_products_commits_to_nothing(int rows, int threads, PrivacyMode mode)
    {
        // All weights are zero, so what follows from the first products is zero, too.
        using BoundProgram program = Bind(Near);
        using var pool = new WorkerPool(threads);
        float[] x = [.. Enumerable.Range(0, rows * K).Select(static i => (float)Math.Sin(i))];
        RunPrivacy? privacy = mode == PrivacyMode.None ? null : new RunPrivacy(mode, RunSecret.Of(new byte[32]));
        Retire[] retires = Execute(program, x, rows, pool, privacy);
        int[] counts = [0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0];
        Assert.Equal(counts, retires.Select(static r => r.Commitments.Length + r.Salted.Length));
        Digest zero = Commitment.Of((byte)DType.F32, [rows, N], new byte[sizeof(float) * rows * N]);
        Digest[] expected = [Rows(x, rows), Rows(x, rows), zero, Rows(x, rows), zero];
        Assert.Equal(mode == PrivacyMode.All ? [] : expected, retires.SelectMany(static r => r.Commitments));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Rows_of_many_products_are_committed_to_as_they_were_multiplied_however_late_they_are_hashed(int threads)
    {
        // Rows of no product are those of another; each is wide enough to be hashed where it lies, while the next are made.
        const int Products = 40, Wide = 96;
        string products = string.Concat(Enumerable.Range(0, Products / 2).Select(static _ => "linear.w8 a, h, w\nlinear.w8 b, h, w\nvadd h, h, x\nlinear.w4 b, h, v\nvadd h, h, x\n"));
        string source = Source[..Source.IndexOf("    linear.w8 a", StringComparison.Ordinal)] + "vadd h, x, x\n" + products + Source[Source.IndexOf("    vadd y, a, b", StringComparison.Ordinal)..];
        using BoundProgram program = Bind(source);
        using var pool = new WorkerPool(threads);
        float[] x = [.. Enumerable.Range(0, Wide * K).Select(static i => (float)Math.Sin(i))], h = [.. x.Select(static v => v + v)];
        var expected = new List<Digest>();
        for (int product = 0; product < Products; product++)
        {
            expected.AddRange(Enumerable.Repeat(Rows(h, Wide), product % 2 == 0 ? 2 : 1));
            h = [.. h.Zip(x, static (a, b) => a + b)];
        }

        for (int run = 0; run < 3; run++)
        {
            Retire[] retires = Execute(program, x, Wide, pool, privacy: null);
            Assert.Equal(expected, retires.Where(static r => r.Commitments.Length > 0).SkipLast(1).Select(static r => r.Commitments[0]));
        }
    }

    private static Retire[] Execute(BoundProgram program, float[] x, int rows, WorkerPool pool, RunPrivacy? privacy)
    {
        var request = new RunRequest { Inputs = [new InputTensor(DType.F32, [rows, K], [.. MemoryMarshal.AsBytes<float>(x)])], Privacy = privacy };
        var sink = new RecordList();
        Assert.True(MachineRun.TryExecute(program, request, default, sink, pool, out _, out MachineFault fault), fault.Describe(program.Module));
        return sink.Retires();
    }

    private BoundProgram Bind(string source)
    {
        Module module = Programs.Verify(source, this).Module;
        byte[][] weights = [.. module.Weights.Select(w => _weights.First(own => own.Name == w.Name).Bytes)];
        Assert.True(BoundProgram.TryBind(Programs.Verify(source, this), [.. weights], out BoundProgram? program, out MachineFault bad), bad.Detail);
        return program;
    }

    private static Digest Rows(float[] x, int rows)
    {
        (float[] scales, sbyte[] q) = Quantized(x, rows);
        byte[] bytes = [.. Enumerable.Range(0, rows).SelectMany(t => (byte[])[.. BitConverter.GetBytes(scales[t]), .. MemoryMarshal.AsBytes(q.AsSpan(t * K, K))])];
        return Commitment.Of(Commitment.QuantizedRows, [rows, K], bytes);
    }

    private static (float[] Scales, sbyte[] Integers) Quantized(float[] x, int rows)
    {
        float[] scales = [.. Enumerable.Range(0, rows).Select(t => x.Skip(t * K).Take(K).Max(MathF.Abs) / 127f)];
        return (scales, [.. x.Select((v, i) => scales[i / K] == 0 ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(v / scales[i / K], MidpointRounding.ToEven), -127, 127))]);
    }

    private static (string, WeightBinding, byte[]) Zeros(string name, DType element, int length, int depth = K)
    {
        var bytes = new byte[length];
        return (name, new WeightBinding(element, [depth, N], WeightLayout.Panels16, Digest.Of(bytes)), bytes);
    }
}
