using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>One element of the result at a time. Wide tensors are shared over the pool by pieces of whole blocks.</summary>
internal static class ElementwiseOps
{
    private const int Block = 1024;

    /// <summary>Elements in a nanosecond, about: of a function that is correctly rounded, and of one exact operation.</summary>
    private const int FunctionRate = 1, ArithmeticRate = 4;

    public static (string, Operation)[] All { get; } =
    [
        ("vadd", Zip(Elementwise.Add, Elementwise.Add)),
        ("vsub", Zip(Elementwise.Sub, Elementwise.Sub)),
        ("vmul", Zip(Elementwise.Mul, Elementwise.Mul)),
        ("vdiv", Zip(Elementwise.Div, Elementwise.Div)),
        ("vmin", Zip(Elementwise.Min, Elementwise.Min)),
        ("vmax", Zip(Elementwise.Max, Elementwise.Max)),
        ("vpow", Zip(Elementary.Pow, Power)),
        ("swiglu", Whole(Elementwise.SwiGlu, FunctionRate)),
        .. ElementaryFunctions.All.Select(static f => (f.Name, Map(f.Apply))),
    ];

    private delegate void Vectors(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y);

    private delegate void WithOne(ReadOnlySpan<float> a, float b, Span<float> y);

    private static void Power(ReadOnlySpan<float> a, float b, Span<float> y)
    {
        Span<float> exponents = stackalloc float[Lanes.Count];
        exponents.Fill(b);
        for (int at = 0; at < y.Length; at += Lanes.Count)
        {
            int count = Math.Min(Lanes.Count, y.Length - at);
            Elementary.Pow(a.Slice(at, count), exponents[..count], y.Slice(at, count));
        }
    }

    // The delegates are made once, with the table: one made by each execution would be an allocation.
    private static Operation Map(SpanFunction kernel) => c =>
    {
        Pieces pieces = Sharing.Cut(c, c.View(0).Length / FunctionRate, c.View(0).Length, Block);
        return c.Share(pieces.Count, new MapWork(kernel, pieces, c.View(1), c.View(0)));
    };

    private static Operation Zip(Vectors vectors, WithOne withOne)
    {
        Operation whole = Whole(vectors, ArithmeticRate);
        return c =>
        {
            if (c.View(2).Length == c.View(0).Length)
            {
                return whole(c);
            }

            Runs runs = Runs.Of(c.View(0), c.View(2));
            Pieces pieces = Sharing.Cut(c, c.View(0).Length / ArithmeticRate, runs.Count);
            return c.Share(pieces.Count, new RunsWork(vectors, withOne, pieces, runs, c.View(1), c.View(2), c.View(0)));
        };
    }

    private static Operation Whole(Vectors kernel, int rate) => c =>
    {
        Pieces pieces = Sharing.Cut(c, c.View(0).Length / rate, c.View(0).Length, Block);
        return c.Share(pieces.Count, new ZipWork(kernel, pieces, c.View(1), c.View(2), c.View(0)));
    };

    private readonly struct MapWork(SpanFunction kernel, Pieces pieces, TensorView x, TensorView y) : IWork
    {
        public void Item(int item, int worker)
        {
            Range range = pieces.From(item)..pieces.To(item);
            kernel(x.F32[range], y.F32[range]);
        }
    }

    private readonly struct ZipWork(Vectors kernel, Pieces pieces, TensorView a, TensorView b, TensorView y) : IWork
    {
        public void Item(int item, int worker)
        {
            Range range = pieces.From(item)..pieces.To(item);
            kernel(a.F32[range], b.F32[range], y.F32[range]);
        }
    }

    private readonly struct RunsWork(
        Vectors vectors, WithOne withOne, Pieces pieces, Runs runs, TensorView a, TensorView b, TensorView y) : IWork
    {
        public void Item(int item, int worker)
        {
            for (int run = pieces.From(item); run < pieces.To(item); run++)
            {
                int at = run * runs.Length, second = runs.Second(run);
                Span<float> to = y.F32.Slice(at, runs.Length);
                if (runs.IsOne)
                {
                    withOne(a.F32.Slice(at, runs.Length), b.F32[second], to);
                }
                else
                {
                    vectors(a.F32.Slice(at, runs.Length), b.F32.Slice(second, runs.Length), to);
                }
            }
        }
    }
}
