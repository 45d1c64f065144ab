using PomIsa.Disputes.Values.Openings;
using PomIsa.Evidence.Records;
using PomIsa.Machine;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>Proves a record wrong whose accused opens nothing: the commitment to its output is not that of what follows. Only small outputs of small operands fit.</summary>
internal static class WholeProof
{
    /// <summary>A body, or null where none fits.</summary>
    /// <param name="program">The program with its weights.</param>
    /// <param name="request">What the run was given.</param>
    /// <param name="subject">The instruction.</param>
    /// <param name="sources">What wrote its operands.</param>
    /// <param name="values">What they are.</param>
    /// <param name="record">The accused's record.</param>
    public static ValueBody? Find(BoundProgram program, RunRequest request, Subject subject, Sources sources, IRunValues values, Retire record)
    {
        for (int output = 0; output < record.Commitments.Length; output++)
        {
            var blocks = new CapturedBlocks(program, request, values) { Index = subject.Index, MostBytes = ValueBody.MaxBytes };
            try
            {
                using var whole = new WholeOutput(subject, sources, blocks);
                if (whole.Commit(output) != record.Commitments[output] && blocks.Body(output, 0, null, null) is var body && body.ToBytes().Length <= ValueBody.MaxBytes)
                {
                    return body;
                }
            }
            catch (Exception e) when (e is NotBroughtException or TrapsException or OverflowException)
            {
                continue; // it takes too much, or weights without a tree; another output may take less
            }
        }

        return null;
    }
}
