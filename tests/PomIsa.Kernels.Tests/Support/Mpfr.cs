using System.Runtime.InteropServices;

namespace PomIsa.Kernels.Tests;

/// <summary>The GNU multiple-precision floating-point library, where the system has it.</summary>
internal static unsafe partial class Mpfr
{
    private const string Library = "libmpfr.so.6";
    private const int Nearest = 0;

    public static bool IsThere { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <summary>x^y by MPFR's special cases, correctly rounded to <paramref name="bits"/>, then to f32.</summary>
    public static float Pow(float x, float y, int bits)
    {
        Number a, b;
        Init(&a, bits);
        Init(&b, bits);
        _ = SetSingle(&a, x, Nearest);
        _ = SetSingle(&b, y, Nearest);
        _ = Power(&a, &a, &b, Nearest);
        float result = GetSingle(&a, Nearest);
        Clear(&a);
        Clear(&b);
        return Lanes.Canonical(result);
    }

    [LibraryImport(Library, EntryPoint = "mpfr_init2")]
    private static partial void Init(Number* number, nint bits);

    [LibraryImport(Library, EntryPoint = "mpfr_clear")]
    private static partial void Clear(Number* number);

    [LibraryImport(Library, EntryPoint = "mpfr_set_flt")]
    private static partial int SetSingle(Number* number, float value, int rounding);

    [LibraryImport(Library, EntryPoint = "mpfr_get_flt")]
    private static partial float GetSingle(Number* number, int rounding);

    [LibraryImport(Library, EntryPoint = "mpfr_pow")]
    private static partial int Power(Number* result, Number* x, Number* y, int rounding);

    /// <summary>MPFR's own <c>mpfr_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Number
    {
        private nint _precision;
        private int _sign;
        private nint _exponent;
        private nint _limbs;
    }
}

/// <summary>A test that needs libmpfr.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MpfrFactAttribute : FactAttribute
{
    public MpfrFactAttribute()
    {
        if (!Mpfr.IsThere)
        {
            Skip = "libmpfr.so.6 is not there: install Debian's libmpfr6";
        }
    }
}
