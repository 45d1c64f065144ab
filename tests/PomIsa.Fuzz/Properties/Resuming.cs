using PomIsa.Evidence.Log;
using PomIsa.Fuzz.Generation;
using PomIsa.Fuzz.Runs;
using PomIsa.Machine;
using PomIsa.Machine.Runs;

namespace PomIsa.Fuzz.Properties;

/// <summary>A run that was cut off at any record and is executed again leaves the log that an undisturbed one leaves.</summary>
internal static class Resuming
{
    public static void IsAsUninterrupted(FuzzProgram program, Bench bench)
    {
        using var runner = new Runner(program);
        string folder = Directory.CreateTempSubdirectory("pomisa-fuzz-").FullName;
        try
        {
            byte[][] whole = Execute(runner, Path.Combine(folder, "whole"), bench, out MachineFault expected);
            string cut = Path.Combine(folder, "cut");
            var choices = new Choices(program.Seed);
            for (int i = choices.Between(1, 2); i > 0; i--)
            {
                Interrupt(runner, cut, choices.Below(whole.Length + 1), choices.Chance(50), bench);
            }

            byte[][] resumed = Execute(runner, cut, bench, out MachineFault found);
            Assert.Equal(expected, found);
            Assert.Equal(whole.Select(Convert.ToHexString), resumed.Select(Convert.ToHexString));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[][] Execute(Runner runner, string folder, Bench bench, out MachineFault fault)
    {
        using RecordLog log = RecordLog.Open(folder);
        _ = AttestedRun.TryExecute(runner.Program, runner.Request, log, bench.One, out _, out fault);
        log.CommitAndWait();
        return [.. log.ReadAll()];
    }

    /// <summary>Runs until so many records are minted; what was not committed then may be lost.</summary>
    private static void Interrupt(Runner runner, string folder, int after, bool commits, Bench bench)
    {
        using RecordLog log = RecordLog.Open(folder);
        Assert.True(Minter.TryBegin(log, runner.Request.Opening(runner.Program), out Minter minter, out var refused), refused.ToString());
        using (minter)
        {
            _ = MachineRun.TryExecute(runner.Program, runner.Request, minter.RunId, new CutSink(minter, log, after), bench.Many, out _, out _);
        }

        if (commits)
        {
            log.CommitAndWait();
        }
    }

    private sealed class CutSink(Minter minter, RecordLog log, int left) : IRecordSink
    {
        public bool TryTake(ReadOnlySpan<byte> entry, out string refusal)
        {
            refusal = "cut off";
            return left-- > 0 && minter.TryMint(entry, out _);
        }

        public void Commit() => log.Commit();
    }
}
