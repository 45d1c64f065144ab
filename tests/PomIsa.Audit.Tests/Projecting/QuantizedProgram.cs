using System.Collections.Immutable;
using System.Runtime.InteropServices;
using PomIsa.Assembly;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Audit.Tests.Projecting;

/// <summary>A step with a product of each kind, in drawn weights, and a driver that continues a prompt with it.</summary>
internal sealed class QuantizedProgram : IWeightCatalog
{
    private const int D = 32, Inner = 64, Vocabulary = 48;

    private readonly Random _random = new(5);
    private readonly List<(string Name, WeightBinding Binding, byte[] Bytes)> _weights = [];

    public QuantizedProgram()
    {
        AddW8("table", D, Vocabulary);
        AddW8("wa", D, Inner);
        AddW4("wb", Inner, D);
        AddW8("wc", D, Vocabulary);
        AddW4("wd", D, Vocabulary);
    }

    public IEnumerable<string> Names => _weights.Select(static w => w.Name);

    public WeightBinding? Find(string name) => _weights.FirstOrDefault(w => w.Name == name).Binding;

    public BoundProgram Bind(int tokens)
    {
        VerifiedModule verified = Programs.Verify(
            $"""
            .symbol T max 64
            .symbol P max 24
            .input prompt i32[P]
            .weight table w8[{D}, {Vocabulary}] panels
            .weight wa w8[{D}, {Inner}] panels
            .weight wb w4[{Inner}, {D}] panels
            .weight wc w8[{D}, {Vocabulary}] panels
            .weight wd w4[{D}, {Vocabulary}] panels
            .step forward(ids: i32[T]) -> (logits: f32[1, {Vocabulary}])
                embed x, ids, table
                linear.w8 a, x, wa
                silu a, a
                linear.w4 b, a, wb
                vadd x, x, b
                quantize q, d, x
                matmul.i8 c, q, wc
                dequantize e, c, d, wc
                matmul.i8 c, q, wd
                dequantize f, c, d, wd
                vadd e, e, f
                tail logits, e, 1
                ret
            .end
            .driver main
                input words, prompt
                call forward, words -> logits
                commit
                push {tokens}
                loop {tokens}
                    argmax logits
                    dup
                    emit
                    token word
                    call forward, word -> logits
                    commit
                end
                halt
            .end
            .entry main
            """,
            this);
        Assert.True(BoundProgram.TryBind(verified, [.. _weights.Select(static w => w.Bytes)], out BoundProgram? program, out MachineFault fault), fault.Detail);
        return program;
    }

    private void AddW8(string name, int k, int n)
    {
        var panels = new sbyte[Panels.Length(k, n)];
        Panels.Pack([.. Enumerable.Range(0, k * n).Select(_ => (sbyte)_random.Next(-127, 128))], k, n, panels);
        Add(name, DType.W8, k, n, [.. MemoryMarshal.AsBytes<sbyte>(panels)]);
    }

    private void AddW4(string name, int k, int n)
    {
        byte[] nibbles = new byte[Panels.LengthW4(k, n)], subs = new byte[Panels.LengthSubs(k, n)];
        Panels.PackW4(
            [.. Enumerable.Range(0, k * n).Select(_ => (sbyte)_random.Next(-8, 8))], [.. Enumerable.Range(0, k / 32 * n).Select(_ => (byte)_random.Next(1, 64))], k, n, nibbles, subs);
        Add(name, DType.W4, k, n, [.. nibbles, .. subs]);
    }

    private void Add(string name, DType element, int k, int n, byte[] stored)
    {
        float[] scales = [.. Enumerable.Range(0, n).Select(_ => (float)(_random.NextDouble() / 4096))];
        byte[] bytes = [.. stored, .. MemoryMarshal.AsBytes<float>(scales)];
        _weights.Add((name, new WeightBinding(element, [k, n], WeightLayout.Panels16, Digest.Of(bytes)), bytes));
    }
}
