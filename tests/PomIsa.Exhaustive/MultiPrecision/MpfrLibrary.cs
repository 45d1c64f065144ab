using System.Runtime.InteropServices;

namespace PomIsa.Exhaustive.MultiPrecision;

/// <summary>The functions of GNU MPFR that are used here; each rounds correctly at the precision of its result.</summary>
/// <remarks>Return values are MPFR's ternary: 0 where the result is exact. A number is a pointer to an <c>mpfr_t</c>.</remarks>
internal static partial class MpfrLibrary
{
    private const string Name = "libmpfr.so.6";

    /// <summary>Round to nearest, ties to even.</summary>
    public const int Nearest = 0;

    /// <summary>What to say where the library can't be used; null where it can.</summary>
    public static string? Missing { get; } = FindFault();

    [LibraryImport(Name, EntryPoint = "mpfr_init2")]
    public static partial void Init(nint x, nint precision);

    [LibraryImport(Name, EntryPoint = "mpfr_clear")]
    public static partial void Clear(nint x);

    [LibraryImport(Name, EntryPoint = "mpfr_set_prec")]
    public static partial void SetPrecision(nint x, nint precision);

    [LibraryImport(Name, EntryPoint = "mpfr_set_d")]
    public static partial int SetDouble(nint x, double value, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_set")]
    public static partial int Set(nint y, nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_get_d")]
    public static partial double GetDouble(nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_add")]
    public static partial int Add(nint y, nint a, nint b, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_mul")]
    public static partial int Multiply(nint y, nint a, nint b, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_div")]
    public static partial int Divide(nint y, nint a, nint b, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_mul_2si")]
    public static partial int Scale(nint y, nint a, nint exponent, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_neg")]
    public static partial int Negate(nint y, nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_abs")]
    public static partial int Magnitude(nint y, nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_sqrt")]
    public static partial int SquareRoot(nint y, nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_rec_sqrt")]
    public static partial int ReciprocalSquareRoot(nint y, nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_const_pi")]
    public static partial int Pi(nint y, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_exp")]
    public static partial int Exp(nint y, nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_exp2")]
    public static partial int Exp2(nint y, nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_log")]
    public static partial int Log(nint y, nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_log2")]
    public static partial int Log2(nint y, nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_log1p")]
    public static partial int LogOnePlus(nint y, nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_tanh")]
    public static partial int Tanh(nint y, nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_erf")]
    public static partial int Erf(nint y, nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_erfc")]
    public static partial int ErfComplement(nint y, nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_sin")]
    public static partial int Sin(nint y, nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_cos")]
    public static partial int Cos(nint y, nint x, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_get_emin")]
    public static partial nint GetLeastExponent();

    [LibraryImport(Name, EntryPoint = "mpfr_get_emax")]
    public static partial nint GetGreatestExponent();

    [LibraryImport(Name, EntryPoint = "mpfr_set_emin")]
    public static partial int SetLeastExponent(nint exponent);

    [LibraryImport(Name, EntryPoint = "mpfr_set_emax")]
    public static partial int SetGreatestExponent(nint exponent);

    [LibraryImport(Name, EntryPoint = "mpfr_check_range")]
    public static partial int CheckRange(nint x, int ternary, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_subnormalize")]
    public static partial int Subnormalize(nint x, int ternary, int rounding);

    [LibraryImport(Name, EntryPoint = "mpfr_buildopt_tls_p")]
    private static partial int IsThreadSafe();

    private static string? FindFault()
    {
        try
        {
            return IsThreadSafe() != 0 ? null : $"{Name} was built without thread-local storage; Debian's libmpfr6 has it";
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return $"{Name} is not there: install Debian's libmpfr6 (or libmpfr-dev). --digest and --sample do without it";
        }
    }
}
