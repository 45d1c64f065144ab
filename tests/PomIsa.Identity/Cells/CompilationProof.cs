using System.Diagnostics;
using System.Reflection.PortableExecutable;
using System.Runtime;
using System.Runtime.CompilerServices;
using PomIsa.Kernels;

namespace PomIsa.Identity.Cells;

/// <summary>Finds out by trying how this process compiles.</summary>
/// <param name="Precompiled">A method ran for the first time without being compiled.</param>
/// <param name="Recompiled">A method that is called often was compiled again.</param>
/// <param name="ImageIsReadyToRun">The assembly of the kernels holds machine code.</param>
internal sealed record CompilationProof(bool Precompiled, bool Recompiled, bool ImageIsReadyToRun)
{
    /// <summary>What contradicts a way of compiling; null if this process is what it says.</summary>
    public string? Contradiction(Compilation compilation) => compilation switch
    {
        Compilation.Tiered => Precompiled ? "code is precompiled" : Recompiled ? null : "nothing is compiled again",
        Compilation.Full => Precompiled ? "code is precompiled" : Recompiled ? "code is compiled again" : null,
        Compilation.ReadyToRun => !ImageIsReadyToRun ? "the image holds no code" : !Precompiled ? "code is compiled at its first call" : Recompiled ? "code is compiled again" : null,
        _ => throw new UnreachableException(),
    };

    private const int FirstRounds = 4;

    /// <summary>Observes for up to so many rounds, a hundredth of a second or more each; call it while nothing else runs.</summary>
    public static CompilationProof Observe(int rounds)
    {
        _ = JitInfo.GetCompiledMethodCount(currentThread: true);
        long before = JitInfo.GetCompiledMethodCount(currentThread: true);
        int sum = Once(1);
        bool precompiled = JitInfo.GetCompiledMethodCount(currentThread: true) == before;
        long baseline = 0;
        bool recompiled = false;
        for (int round = 0; !recompiled && round < rounds; round++)
        {
            Round(ref sum);
            Thread.Sleep(10);
            long compiled = JitInfo.GetCompiledMethodCount();
            recompiled = round >= FirstRounds && compiled != baseline;
            baseline = round < FirstRounds ? compiled : baseline; // until then, what the loop itself calls is compiled
        }

        using var image = new PEReader(File.OpenRead(typeof(Lanes).Assembly.Location));
        return new CompilationProof(precompiled, recompiled, image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Once(int x) => x + 1;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Often(int x) => unchecked((x * 3) + 1);

    private static void Round(ref int sum)
    {
        for (int i = 0; i < 200; i++)
        {
            sum = Often(sum);
        }
    }
}
