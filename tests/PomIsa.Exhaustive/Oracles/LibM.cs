using System.Runtime.InteropServices;

namespace PomIsa.Exhaustive.Oracles;

/// <summary>glibc's double-precision functions. Its manual ("Known Maximum Errors in Math Functions") lists at most 5 ulp for these on any processor.</summary>
/// <remarks>The margins here allow 16 ulp: a relative error of 2^-48.</remarks>
internal static partial class LibM
{
    private const string Name = "libm.so.6";

    /// <summary>What to say where the library can't be used; null where it can.</summary>
    public static string? Missing { get; } = FindFault();

    [LibraryImport(Name, EntryPoint = "exp"), SuppressGCTransition]
    public static partial double Exp(double x);

    [LibraryImport(Name, EntryPoint = "exp2"), SuppressGCTransition]
    public static partial double Exp2(double x);

    [LibraryImport(Name, EntryPoint = "log"), SuppressGCTransition]
    public static partial double Log(double x);

    [LibraryImport(Name, EntryPoint = "log2"), SuppressGCTransition]
    public static partial double Log2(double x);

    [LibraryImport(Name, EntryPoint = "log1p"), SuppressGCTransition]
    public static partial double LogOnePlus(double x);

    [LibraryImport(Name, EntryPoint = "tanh"), SuppressGCTransition]
    public static partial double Tanh(double x);

    [LibraryImport(Name, EntryPoint = "erf"), SuppressGCTransition]
    public static partial double Erf(double x);

    [LibraryImport(Name, EntryPoint = "erfc"), SuppressGCTransition]
    public static partial double ErfComplement(double x);

    [LibraryImport(Name, EntryPoint = "sin"), SuppressGCTransition]
    public static partial double Sin(double x);

    [LibraryImport(Name, EntryPoint = "cos"), SuppressGCTransition]
    public static partial double Cos(double x);

    private static string? FindFault()
    {
        try
        {
            return double.IsNaN(Exp(0)) ? "libm.so.6 gives nonsense" : null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return $"{Name} is not there: the check needs glibc's double-precision functions. --digest and --sample do without it";
        }
    }
}
