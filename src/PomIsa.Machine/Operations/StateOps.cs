using PomIsa.Isa;
using PomIsa.Machine.Execution;

namespace PomIsa.Machine.Operations;

/// <summary>State, text and evidence. The tree and its checkpoints are the attester's, so <c>commit</c> does nothing here.</summary>
internal static class StateOps
{
    public static Operation? Of(string mnemonic) => mnemonic switch
    {
        "append" => static c => c.State(0).TryAppend(c.View(1).Raw) ? FaultCode.None : FaultCode.StateFull,
        "reset" => (static c => { c.State(0).Reset(); return FaultCode.None; }),
        "read" => (static c => { c.State(1).First(c.View(0).First).CopyTo(c.View(0).Raw); return FaultCode.None; }),
        "write" => static c => c.State(0).TryReplace(c.View(1).Raw) ? FaultCode.None : FaultCode.StateFull,
        "state.len" => (static c => { c.Push(c.State(0).Rows); return FaultCode.None; }),
        "emit" => Emit,
        "commit" => static _ => FaultCode.None,
        _ => null,
    };

    private static FaultCode Emit(OpContext c)
    {
        long token = c.Pop();
        c.Emitted = token;
        if (token is < 0 or > int.MaxValue)
        {
            return FaultCode.TokenOutOfRange;
        }

        c.Response.Add((int)token);
        return FaultCode.None;
    }
}
