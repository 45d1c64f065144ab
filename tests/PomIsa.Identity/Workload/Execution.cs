using System.Runtime.InteropServices;
using PomIsa.Evidence.Records;
using PomIsa.Machine;
using PomIsa.Machine.Runs;

namespace PomIsa.Identity.Workload;

/// <summary>Executes a program with evidence: its digest is that of all record bytes and of the response.</summary>
internal static class Execution
{
    /// <exception cref="InvalidOperationException">The run ended in a fault.</exception>
    public static ulong Run(BoundProgram program, RunRequest request, RecordHash hash, Conditions conditions)
    {
        var entry = new byte[RecordWriter.MaxRunOpenBytes];
        Span<byte> opening = entry.AsSpan(0, RecordWriter.WriteRunOpen(entry, request.Opening(program)));
        hash.Add(opening);
        if (!MachineRun.TryExecute(program, request, Digest.Of(opening), hash, conditions.Pool, out RunOutcome? outcome, out MachineFault fault))
        {
            throw new InvalidOperationException(fault.Describe(program.Module));
        }

        hash.Add(MemoryMarshal.AsBytes(outcome.Tokens.AsSpan()));
        return outcome.Retired;
    }
}
