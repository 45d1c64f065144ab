using PomIsa.Disputes.Values.Cells;
using PomIsa.Isa;

namespace PomIsa.Disputes.Values.Opcodes;

/// <summary>Elements that are copied (spec/numerics.md, chapter 15): the derivation is where from.</summary>
internal static class Moves
{
    private const int ScatterGrain = 16;

    public static (string, Derive)[] All { get; } =
    [
        ("token", Token),
        ("zeros", static (_, _, _) => Derivation.Of(static _ => 0)),
        ("iota", static (s, _, e) => Derivation.Of(_ => Bits.Cut((ulong)(s.Symbol(1) + e), DTypes.SizeOf(s.Element(0))))),
        ("load", static (s, _, e) => Derivation.Of(r => r.Weight(1, 0, e * DTypes.SizeOf(s.Element(0)), DTypes.SizeOf(s.Element(0))))),
        ("reshape", static (_, _, e) => Copy(1, e)),
        ("read", static (_, _, e) => Copy(1, e)),
        ("tail", static (s, _, e) => s.Length(1) < s.Length(0) ? throw new TrapsException("the tail is longer than its tensor") : Copy(1, s.Length(1) - s.Length(0) + e)),
        ("transpose", static (s, _, e) => Copy(1, Axes.Transposed(s.Shape(1), s.Immediate(0), e))),
        ("expand", static (s, _, e) => Copy(1, Axes.Broadcast(s.Shape(1), s.Shape(0), e))),
        ("slice", Slice),
        ("concat", Concat),
        ("split", Split),
        ("pad", Pad),
        ("gather", Gather),
        ("scatter", Scatter),
        ("item", static (s, _, _) => Derivation.Of(r => s.Element(0) == DType.Bool ? (r.Read(0, 0) == 0 ? 0UL : 1UL) : (ulong)r.Whole(0, 0))),
        ("input", Input),
    ];

    private static Derivation Token(Subject s, int output, long e) => s.Place.Popped is [.., var token]
        ? Derivation.Of(_ => Bits.Cut((ulong)token, sizeof(int)))
        : throw new NotBroughtException("the token is not known");

    private static Derivation Copy(int operand, long element) => Derivation.Of(r => r.Read(operand, element));

    private static Derivation Slice(Subject s, int output, long e)
    {
        int[] x = s.Shape(1), y = s.Shape(0);
        int axis = (int)s.Immediate(0).U32;
        Along at = Axes.Split(y, axis, e);
        long start = s.Immediate(1).I64;
        Int128 from = (Int128)(start < 0 ? start + x[axis] : start) + ((Int128)at.At * s.Immediate(2).I64);
        return from < 0 || from >= x[axis]
            ? throw new TrapsException("the slice is out of range")
            : Copy(1, Axes.Join(at.Outer, (long)from, at.Inner, x[axis], Axes.Inner(x, axis)));
    }

    private static Derivation Concat(Subject s, int output, long e)
    {
        int axis = (int)s.Immediate(0).U32;
        Along at = Axes.Split(s.Shape(0), axis, e);
        long first = s.Shape(1)[axis], second = s.Shape(2)[axis], inner = Axes.Inner(s.Shape(0), axis);
        return at.At < first
            ? Copy(1, Axes.Join(at.Outer, at.At, at.Inner, first, inner))
            : Copy(2, Axes.Join(at.Outer, at.At - first, at.Inner, second, inner));
    }

    private static Derivation Split(Subject s, int output, long e)
    {
        int axis = (int)s.Immediate(0).U32;
        int[] x = s.Shape(2);
        Along at = Axes.Split(s.Shape(output), axis, e);
        return Copy(2, Axes.Join(at.Outer, at.At + (output == 0 ? 0 : s.Shape(0)[axis]), at.Inner, x[axis], Axes.Inner(x, axis)));
    }

    private static Derivation Pad(Subject s, int output, long e)
    {
        int axis = (int)s.Immediate(0).U32;
        int[] x = s.Shape(1);
        Along at = Axes.Split(s.Shape(0), axis, e);
        long from = at.At - s.Immediate(1).U32;
        return from < 0 || from >= x[axis] ? Copy(2, 0) : Copy(1, Axes.Join(at.Outer, from, at.Inner, x[axis], Axes.Inner(x, axis)));
    }

    private static Derivation Gather(Subject s, int output, long e)
    {
        int axis = (int)s.Immediate(0).U32;
        int[] x = s.Shape(1);
        long inner = Axes.Inner(x, axis), ids = s.Length(2);
        return Derivation.Of(r => r.Read(1, Axes.Join(e / inner / ids, Axes.Id(r.Whole(2, e / inner % ids), x[axis]), e % inner, x[axis], inner)));
    }

    /// <summary>The element of x, then what each id that meets it does to it, in order.</summary>
    private static Derivation Scatter(Subject s, int output, long e)
    {
        int axis = (int)s.Immediate(0).U32;
        uint mode = s.Immediate(1).U32;
        int[] x = s.Shape(1);
        Along at = Axes.Split(x, axis, e);
        long inner = Axes.Inner(x, axis), ids = s.Length(2);
        Instruction fold = Instruction.Of(mode switch { 2 => "vmul", 3 => "vmax", 4 => "vmin", _ => "vadd" }, Operand.Of(0), Operand.Of(1), Operand.Of(2));
        var derivation = new Derivation();
        derivation.Add(new Running(ids, ScatterGrain, r => r.Read(1, e), (value, j, r) =>
        {
            if (Axes.Id(r.Whole(2, j), x[axis]) != at.At)
            {
                return value;
            }

            ulong u = r.Read(3, Axes.Join(at.Outer, j, at.Inner, ids, inner));
            return mode == 0 ? u : r.Execute(fold, _ => s.Element(1), [value, u]);
        }));
        return derivation;
    }

    /// <summary>The prompt's bytes are those of the inputs' tensors one after the other; of a list that all inputs take, they come once.</summary>
    private static Derivation Input(Subject s, int output, long e)
    {
        int input = s.Instruction.Operands[1].Index, size = DTypes.SizeOf(s.Element(0)), count = s.Module.Inputs.Length;
        long own = s.Length(0) * size;
        long?[] bytes = [.. Enumerable.Range(0, count).Select(i => i == input ? own : BytesOf(s.Module.Inputs[i], s.Place.InputRows[i]))];
        return Derivation.Of(r =>
        {
            ReadOnlySpan<byte> prompt = r.Prompt.Span;
            int length = prompt.Length;
            if (bytes.All(static b => b is not null) && length != bytes.Sum() && bytes.Any(b => b != length))
            {
                throw new TrapsException("the prompt is not as long as the inputs");
            }

            long? before = length == own ? 0 : bytes[..input].All(static b => b is not null) ? bytes[..input].Sum() : null;
            long from = (before ?? throw new NotBroughtException("the rows of an input before it are not known")) + (e * size);
            ulong value = 0;
            for (int i = size - 1; i >= 0; i--)
            {
                value = (value << 8) | (from + i < length ? prompt[(int)from + i] : throw new TrapsException("the prompt is shorter than the input"));
            }

            return value;
        });
    }

    /// <summary>Bytes of an input's tensor; null where its rows are not known.</summary>
    private static long? BytesOf(InputEntry input, long rows)
    {
        bool isKnown = input.Symbol < 0 || rows >= 0;
        return isKnown ? input.Type.Shape.Aggregate((long)DTypes.SizeOf(input.Type.Element), (bytes, d) => checked(bytes * (d.IsSymbol ? rows : d.Value))) : null;
    }
}
