using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using PomIsa.Kernels;

namespace PomIsa.Benchmarks.Float;

/// <summary>What the processor can do at most, measured beside the kernels that are held against it.</summary>
internal static unsafe class Limits
{
    /// <summary>f32 operations per second of independent fused multiply-adds in registers; two operations each.</summary>
    public static double FmaPerSecond(WorkerPool pool)
    {
        const int Steps = 400_000;
        long start = Stopwatch.GetTimestamp();
        pool.Run(pool.Threads, static _ => Sink(Avx512F.IsSupported ? Chains512(Steps) : Chains256(Steps)));
        double operations = 2.0 * Steps * (Avx512F.IsSupported ? 12 * 16 : 10 * 8) * pool.Threads;
        return operations / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Bytes per second of reading <paramref name="memory"/> from end to end.</summary>
    public static double BytesPerSecond(WorkerPool pool, NativeFloats memory)
    {
        long pieces = memory.Length / Piece;
        long start = Stopwatch.GetTimestamp();
        pool.Run((int)pieces, piece => Sink(Read(memory.Pointer + (piece * Piece), Piece)));
        return pieces * Piece * sizeof(float) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private const long Piece = 4 << 20;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Sink(float value) => GC.KeepAlive(value > 3 ? null : typeof(float));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Chains512(int steps)
    {
        Vector512<float> a = Vector512.Create(0.999f), b = Vector512.Create(0.001f);
        Vector512<float> s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a, s10 = a, s11 = a;
        for (int i = 0; i < steps; i++)
        {
            s0 = Lanes.Fma(s0, a, b);
            s1 = Lanes.Fma(s1, a, b);
            s2 = Lanes.Fma(s2, a, b);
            s3 = Lanes.Fma(s3, a, b);
            s4 = Lanes.Fma(s4, a, b);
            s5 = Lanes.Fma(s5, a, b);
            s6 = Lanes.Fma(s6, a, b);
            s7 = Lanes.Fma(s7, a, b);
            s8 = Lanes.Fma(s8, a, b);
            s9 = Lanes.Fma(s9, a, b);
            s10 = Lanes.Fma(s10, a, b);
            s11 = Lanes.Fma(s11, a, b);
        }

        return (s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11)[0];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Chains256(int steps)
    {
        Vector256<float> a = Vector256.Create(0.999f), b = Vector256.Create(0.001f);
        Vector256<float> s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a;
        for (int i = 0; i < steps; i++)
        {
            s0 = Lanes.Fma(s0, a, b);
            s1 = Lanes.Fma(s1, a, b);
            s2 = Lanes.Fma(s2, a, b);
            s3 = Lanes.Fma(s3, a, b);
            s4 = Lanes.Fma(s4, a, b);
            s5 = Lanes.Fma(s5, a, b);
            s6 = Lanes.Fma(s6, a, b);
            s7 = Lanes.Fma(s7, a, b);
            s8 = Lanes.Fma(s8, a, b);
            s9 = Lanes.Fma(s9, a, b);
        }

        return (s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9)[0];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Read(float* p, long count)
    {
        Vector512<float> a = default, b = default, c = default, d = default;
        for (float* end = p + count; p < end; p += 64)
        {
            a += Vector512.Load(p);
            b += Vector512.Load(p + 16);
            c += Vector512.Load(p + 32);
            d += Vector512.Load(p + 48);
        }

        return (a + b + c + d)[0];
    }
}
