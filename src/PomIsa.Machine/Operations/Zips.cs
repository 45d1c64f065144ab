using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>Makes operations of kernels that take one element after the other. Wide tensors are shared over the pool by pieces of whole blocks.</summary>
/// <remarks>The delegates are made once, with the operation: one made by each execution would be an allocation.</remarks>
internal static class Zips
{
    /// <summary>Elements in a nanosecond, about: of a function that is correctly rounded, and of one exact operation.</summary>
    public const int FunctionRate = 1, ArithmeticRate = 4;

    private const int Block = 1024;

    public delegate void Single<T>(ReadOnlySpan<T> x, Span<T> y);

    public delegate void Vectors<T, TResult>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<TResult> y);

    public delegate void WithOne<T, TResult>(ReadOnlySpan<T> a, T b, Span<TResult> y);

    /// <summary>One operand.</summary>
    public static Operation Map<T>(Single<T> kernel, int rate = ArithmeticRate)
        where T : unmanaged => c =>
    {
        Pieces pieces = Sharing.Cut(c, c.View(0).Length / rate, c.View(0).Length, Block);
        return c.Share(pieces.Count, new MapWork<T>(kernel, pieces, c.View(1), c.View(0)));
    };

    /// <summary>Two operands of one shape.</summary>
    public static Operation Whole<T, TResult>(Vectors<T, TResult> kernel, int rate = ArithmeticRate)
        where T : unmanaged
        where TResult : unmanaged => c =>
    {
        Pieces pieces = Sharing.Cut(c, c.View(0).Length / rate, c.View(0).Length, Block);
        return c.Share(pieces.Count, new ZipWork<T, TResult>(kernel, pieces, c.View(1), c.View(2), c.View(0)));
    };

    /// <summary>Two operands, the second broadcast to the first.</summary>
    public static Operation Zip<T, TResult>(Vectors<T, TResult> vectors, WithOne<T, TResult> withOne, int rate = ArithmeticRate)
        where T : unmanaged
        where TResult : unmanaged
    {
        Operation whole = Whole(vectors, rate);
        return c =>
        {
            if (c.View(2).Length == c.View(0).Length)
            {
                return whole(c);
            }

            Runs runs = Runs.Of(c.View(0), c.View(2));
            Pieces pieces = Sharing.Cut(c, c.View(0).Length / rate, runs.Count);
            return c.Share(pieces.Count, new RunsWork<T, TResult>(vectors, withOne, pieces, runs, c.View(1), c.View(2), c.View(0)));
        };
    }

    /// <summary>Chooses by the element type of the first operand that is read; the verifier lets no other type through.</summary>
    public static Operation ByType(Operation? f32 = null, Operation? i32 = null, Operation? i64 = null, Operation? truth = null) =>
        c => (c.View(1).Element switch
        {
            DType.F32 => f32,
            DType.I32 => i32,
            DType.I64 => i64,
            _ => truth,
        })!(c);

    private readonly struct MapWork<T>(Single<T> kernel, Pieces pieces, TensorView x, TensorView y) : IWork
        where T : unmanaged
    {
        public void Item(int item, int worker)
        {
            Range range = pieces.From(item)..pieces.To(item);
            kernel(x.As<T>()[range], y.As<T>()[range]);
        }
    }

    private readonly struct ZipWork<T, TResult>(Vectors<T, TResult> kernel, Pieces pieces, TensorView a, TensorView b, TensorView y) : IWork
        where T : unmanaged
        where TResult : unmanaged
    {
        public void Item(int item, int worker)
        {
            Range range = pieces.From(item)..pieces.To(item);
            kernel(a.As<T>()[range], b.As<T>()[range], y.As<TResult>()[range]);
        }
    }

    private readonly struct RunsWork<T, TResult>(
        Vectors<T, TResult> vectors, WithOne<T, TResult> withOne, Pieces pieces, Runs runs, TensorView a, TensorView b, TensorView y) : IWork
        where T : unmanaged
        where TResult : unmanaged
    {
        public void Item(int item, int worker)
        {
            for (int run = pieces.From(item); run < pieces.To(item); run++)
            {
                int at = run * runs.Length, second = runs.Second(run);
                Span<TResult> to = y.As<TResult>().Slice(at, runs.Length);
                if (runs.IsOne)
                {
                    withOne(a.As<T>().Slice(at, runs.Length), b.As<T>()[second], to);
                }
                else
                {
                    vectors(a.As<T>().Slice(at, runs.Length), b.As<T>().Slice(second, runs.Length), to);
                }
            }
        }
    }
}
