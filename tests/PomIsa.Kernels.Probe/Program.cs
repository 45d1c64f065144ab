using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using PomIsa.Kernels.Probe;

// Prints what this process may use, then the digest of the fixed workload: run under other DOTNET_ settings, the
// digest must stay the same while the first line changes.
Console.WriteLine($"avx512={Avx512F.IsSupported} avx2={Avx2.IsSupported} fma={Fma.IsSupported} sse42={Sse42.IsSupported} vector128={Vector128.IsHardwareAccelerated} avxvnni={AvxVnni.IsSupported} dp={Dp.IsSupported}");
Console.WriteLine(Workload.Run());
Console.WriteLine(IntegerWorkload.Run());
Console.WriteLine(NetworkWorkload.Run());
Console.WriteLine(ElementWorkload.Run());
Console.WriteLine(ProjectionWorkload.Run());
