namespace PomIsa.Benchmarks.Float;

/// <summary>One kernel at one size.</summary>
/// <param name="Name">What and how large.</param>
/// <param name="Operations">f32 operations of one run: a multiply-add is two.</param>
/// <param name="Bytes">Bytes that must come from memory in one run, or 0 where they lie in caches.</param>
/// <param name="Items">What can be shared out.</param>
/// <param name="Together">Items that are kept in one piece.</param>
/// <param name="Run">Does items from … to (exclusive).</param>
/// <param name="Check">Compares with the reference, bit for bit, after a run; throws where they differ.</param>
internal sealed record KernelCase(string Name, double Operations, double Bytes, int Items, Action<int, int> Run, Action Check, int Together = 1);
