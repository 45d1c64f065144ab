using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace PomIsa.Kernels;

/// <summary>Calls a line into a cache, where the processor has an instruction for it. Any address will do.</summary>
internal static unsafe class Prefetch
{
    /// <summary>Into the first cache and those behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Near(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }

    /// <summary>Into the second cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Far(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
        }
    }
}
