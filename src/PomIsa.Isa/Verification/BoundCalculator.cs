using System.Collections.Immutable;

namespace PomIsa.Isa.Verification;

/// <summary>Sums the worst case of a run, each call with the dimensions of its call site.</summary>
/// <remarks>Calls form no cycle and are at most <see cref="Limits.CallDepth"/> deep, so recursion is safe here.</remarks>
internal sealed class BoundCalculator(ImmutableArray<VerifiedFunction> functions, FaultList faults)
{
    private readonly Dictionary<string, (Cost Cost, UInt128 Arena)> _known = new(StringComparer.Ordinal);
    private readonly long[] _maxima = [.. functions[0].Module.Symbols.Select(s => (long)s.Max)];
    private long _visits;
    private FaultCode _fault;
    private int _faultFunction;
    private int _faultAt;

    public bool TryRun(Module module, out Bounds bounds)
    {
        bounds = default;
        (Cost cost, UInt128 arena) = Of(functions[module.Entry], _maxima);
        UInt128 state = 0;
        foreach (StateEntry entry in module.States)
        {
            state += StateSize.Of(entry);
        }

        if (_fault == FaultCode.None && (arena > ulong.MaxValue || state > ulong.MaxValue))
        {
            Fail(FaultCode.BoundOverflow, module.Entry, -1);
        }

        if (_fault != FaultCode.None)
        {
            faults.Add(_fault, _faultAt, _faultFunction);
            return false;
        }

        bounds = new Bounds(cost.Retires, cost.Work, (ulong)arena, (ulong)state, cost.Evidence);
        return true;
    }

    private void Fail(FaultCode code, int function, int at)
    {
        if (_fault == FaultCode.None)
        {
            (_fault, _faultFunction, _faultAt) = (code, function, at);
        }
    }

    /// <summary>Cost of one call and bytes of the arena, callees included, with these values of the symbols.</summary>
    private (Cost Cost, UInt128 Arena) Of(VerifiedFunction function, long[] symbols)
    {
        string key = function.Index + ":" + string.Join(',', function.ParameterSymbols.Select(s => symbols[s]));
        if (_known.TryGetValue(key, out (Cost, UInt128) known))
        {
            return known;
        }

        ArenaPlan plan = ArenaPlan.For(function, symbols);
        _visits += plan.Offsets.Length;
        UInt128 deepest = 0;
        var open = new Stack<(Cost Outer, Cost Then, bool HasElse, uint Rounds, bool IsLoop)>();
        Cost sum = default;
        bool first = function.Function.Kind == FunctionKind.Step;
        for (int at = 0; at < function.Function.Body.Length && _fault == FaultCode.None; at++)
        {
            Instruction instruction = function.Function.Body[at];
            _visits += 1 + instruction.Operands.Length;
            if (_visits > Limits.BoundVisits)
            {
                Fail(FaultCode.BoundTooCostly, function.Index, at);
            }

            int named = first ? function.EntrySymbols.Length : instruction.Row.Code == Opcode.Input && function.Module.Inputs[instruction.Operands[1].Index].Symbol >= 0 ? EvidenceSize.SymbolsPerInput : 0;
            sum += Cost.Of(instruction.Row, named, function.Work(at, symbols));
            first = false;
            switch (instruction.Row.Code)
            {
                case Opcode.Call:
                    VerifiedFunction callee = functions[instruction.Operands[0].Index];
                    (Cost cost, UInt128 arena) = Of(callee, Bind(function, instruction, callee, symbols));
                    sum += cost;
                    deepest = UInt128.Max(deepest, arena);
                    break;
                case Opcode.Loop:
                    open.Push((sum, default, false, instruction.Operands[0].U32, true));
                    sum = default;
                    break;
                case Opcode.If:
                    open.Push((sum, default, false, 1, false));
                    sum = default;
                    break;
                case Opcode.Else:
                    open.Push(open.Pop() with { Then = sum, HasElse = true });
                    sum = default;
                    break;
                case Opcode.End:
                    (Cost outer, Cost then, bool hasElse, uint rounds, bool isLoop) = open.Pop();
                    sum = outer + (isLoop ? sum * rounds : hasElse ? Cost.Max(then, sum) : sum);
                    break;
                default:
                    break;
            }

            if (sum.Overflows)
            {
                Fail(FaultCode.BoundOverflow, function.Index, at);
            }
        }

        (Cost, UInt128) result = (sum, (UInt128)plan.TotalBytes + deepest);
        _known[key] = result;
        return result;
    }

    /// <summary>All symbols at their maximum, but those of the callee's parameters at what this call site gives.</summary>
    private long[] Bind(VerifiedFunction caller, Instruction call, VerifiedFunction callee, long[] symbols)
    {
        long[] bound = [.. _maxima];
        for (int i = 0; i < callee.Function.ParameterCount; i++)
        {
            TensorType argument = caller.Function.Registers[call.Operands[1 + i].Index];
            callee.Bind(i, [.. argument.Shape.Select(d => d.At(symbols))], bound);
        }

        return bound;
    }
}
