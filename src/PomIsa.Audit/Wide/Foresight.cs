using PomIsa.Isa;
using PomIsa.Machine;
using PomIsa.Machine.Execution;

namespace PomIsa.Audit.Wide;

/// <summary>Lets a driver execute without its steps, choosing the tokens that its run is known to have emitted, and notes what the steps would be called with.</summary>
/// <remarks>Tokens are believed here. A run whose driver does with them something else than choose, emit and call is foreseen wrongly, which <see cref="WideRetires"/> notices.</remarks>
internal sealed class Foresight : IRetireObserver, IStepResults
{
    private readonly Module _module;
    private readonly int[] _tokens;
    private readonly List<StepCall> _calls = [];
    private int _step = -1, _emitted, _sequence;

    private Foresight(Module module, int[] tokens) => (_module, _tokens) = (module, tokens);

    /// <summary>The calls of a run, all of one step; false where it can't be told what they would be.</summary>
    public static bool TryForesee(BoundProgram program, RunRequest request, int[] tokens, PomIsa.Kernels.WorkerPool pool, out int step, out List<StepCall> calls)
    {
        var foresight = new Foresight(program.Module, tokens);
        using var driver = new Interpreter(program, request with { Openings = null, OnToken = null }, pool, foresight) { Prepared = foresight };
        bool ended = driver.TryRun(out MachineFault fault) || (request.StopAfter is { } most && driver.Retired == most && fault.Code == FaultCode.Stopped);
        (step, calls) = (foresight._step, foresight._calls);
        return ended && foresight._emitted == tokens.Length;
    }

    public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        refusal = "";
        _sequence++;
        OpcodeRow row = context.Line.Row;
        if (context.Line.Emits)
        {
            _emitted++;
        }
        else if (row.Mnemonic is "argmax" or "sample" && _emitted < _tokens.Length)
        {
            context.Stack[context.Depth - 1] = _tokens[_emitted];
        }

        return true;
    }

    public bool TryTake(RetirePlace place, ReadOnlySpan<TensorView> arguments, ReadOnlySpan<SymbolValue> changes, out string refusal)
    {
        Function called = _module.Functions[place.Function];
        var bytes = new byte[arguments.Length][];
        for (int i = 0; i < arguments.Length; i++)
        {
            bytes[i] = arguments[i].Raw.ToArray();
        }

        int rows = StepCall.RowsOf(called, bytes);
        refusal = "the steps of this run do not go together";
        if (rows <= 0 || (_step >= 0 && _step != place.Function) || _calls.Count == StepCall.Most)
        {
            return false;
        }

        _step = place.Function;
        _calls.Add(new StepCall(bytes, rows, _sequence + 1));
        _sequence += called.Body.Length;
        return true;
    }

    public ReadOnlySpan<byte> Result(int index) => []; // the driver goes on with what lies there: its tokens are told

    public int Greatest(int index) => -1;
}
