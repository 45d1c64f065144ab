using System.Collections.Immutable;

namespace PomIsa.Isa.Verification;

/// <summary>Sums the worst case of a run, each call with the dimensions of its call site.</summary>
/// <remarks>Calls form no cycle and are at most <see cref="Limits.CallDepth"/> deep, so recursion is safe here.</remarks>
internal sealed class BoundCalculator(ImmutableArray<VerifiedFunction> functions, TypedForms forms, FaultList faults)
{
    private readonly Dictionary<CallSite, CallCost> _known = new(CallSite.Comparer);
    private readonly long[] _maxima = FunctionSymbols.Maxima(functions[0].Module);
    private readonly Stack<Open> _open = new(Limits.Nesting);
    private readonly long[] _values = new long[Limits.Symbols];
    private int _valuations;
    private long _visits;
    private FaultCode _fault;
    private int _faultFunction;
    private int _faultAt;

    public bool TryRun(Module module, out Bounds bounds)
    {
        bounds = default;
        CallCost run = Of(functions[module.Entry], _maxima);
        UInt128 state = 0;
        foreach (StateEntry entry in module.States)
        {
            state += StateSize.Of(entry);
        }

        if (_fault == FaultCode.None && (run.ArenaOverflows || state > ulong.MaxValue))
        {
            Fail(FaultCode.BoundOverflow, module.Entry, -1);
        }

        if (_fault != FaultCode.None)
        {
            faults.Add(_fault, _faultAt, _faultFunction);
            return false;
        }

        bounds = new Bounds(run.Cost.Retires, run.Cost.Work, run.Arena, (ulong)state, run.Cost.Evidence);
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
    private CallCost Of(VerifiedFunction function, ReadOnlySpan<long> symbols)
    {
        ImmutableArray<int> named = function.ParameterSymbols;
        for (int i = 0; i < named.Length; i++)
        {
            _values[i] = symbols[named[i]];
        }

        if (_known.TryGetValue(new CallSite(function.Index, _values, named.Length), out CallCost? known))
        {
            return known;
        }

        var site = new CallSite(function.Index, _values[..named.Length], named.Length);
        ArenaPlan plan = ArenaPlan.For(function, symbols);
        _visits += plan.Offsets.Length;
        CallCost result = Sum(function, symbols).Above((ulong)plan.TotalBytes);
        _known[site] = result;
        return result;
    }

    /// <summary>Cost of one call, and bytes of the arena that its callees take at most.</summary>
    private CallCost Sum(VerifiedFunction function, ReadOnlySpan<long> symbols)
    {
        int valuation = ++_valuations, level = _open.Count;
        ulong deepest = 0;
        bool overflows = false;
        Cost sum = default;
        long[]? bound = null;
        ReadOnlySpan<Instruction> body = function.Function.Body.AsSpan();
        int named = function.Function.Kind == FunctionKind.Step ? function.EntrySymbols.Length : 0;
        for (int at = 0; at < body.Length && _fault == FaultCode.None; at++)
        {
            OpcodeRow row = body[at].Row;
            RowLayout layout = row.Layout;
            _visits += 1 + (row.Variadic ? body[at].Operands.Length : layout.Kinds.Length);
            if (_visits > Limits.BoundVisits)
            {
                Fail(FaultCode.BoundTooCostly, function.Index, at);
            }

            named = row.Code == Opcode.Input && function.Module.Inputs[body[at].Operands[1].Index].Symbol >= 0 ? EvidenceSize.SymbolsPerInput : named;
            int form = function.Forms[at];
            UInt128 work = !layout.Works ? 0 : form >= 0 ? forms[form].Work(valuation, symbols) : function.Work(at, symbols);
            sum = sum.Plus(work, (uint)(layout.RecordBytes + (EvidenceSize.PerSymbol * named)));
            named = 0;
            switch (row.Code)
            {
                case Opcode.Call:
                    VerifiedFunction callee = functions[body[at].Operands[0].Index];
                    CallCost call = Of(callee, Bind(function, body[at], callee, symbols, bound ??= new long[_maxima.Length]));
                    sum += call.Cost;
                    deepest = Math.Max(deepest, call.Arena);
                    overflows |= call.ArenaOverflows;
                    break;
                case Opcode.Loop:
                    _open.Push(new Open(sum, default, false, body[at].Operands[0].U32, true));
                    sum = default;
                    break;
                case Opcode.If:
                    _open.Push(new Open(sum, default, false, 1, false));
                    sum = default;
                    break;
                case Opcode.Else:
                    _open.Push(_open.Pop() with { Then = sum, HasElse = true });
                    sum = default;
                    break;
                case Opcode.End:
                    Open block = _open.Pop();
                    sum = block.Outer + (block.IsLoop ? sum * block.Rounds : block.HasElse ? Cost.Max(block.Then, sum) : sum);
                    break;
                default:
                    break;
            }

            if (sum.Overflows)
            {
                Fail(FaultCode.BoundOverflow, function.Index, at);
            }
        }

        while (_open.Count > level)
        {
            _open.Pop(); // a fault ended the sum inside a block
        }

        return new CallCost(sum, deepest, overflows);
    }

    /// <summary>All symbols at their maximum, but those of the callee's parameters at what this call site gives.</summary>
    private ReadOnlySpan<long> Bind(VerifiedFunction caller, Instruction call, VerifiedFunction callee, ReadOnlySpan<long> symbols, long[] bound)
    {
        _maxima.CopyTo(bound, 0);
        for (int i = 0; i < callee.Function.ParameterCount; i++)
        {
            ImmutableArray<Dim> argument = caller.Function.Registers[call.Operands[1 + i].Index].Shape;
            ImmutableArray<Dim> parameter = callee.Function.Registers[i].Shape;
            for (int axis = 0; axis < parameter.Length; axis++)
            {
                if (parameter[axis].IsSymbol)
                {
                    bound[parameter[axis].Symbol] = argument[axis].At(symbols);
                }
            }
        }

        return bound;
    }

    /// <summary>A block that is open: what was summed before it, and in its other branch.</summary>
    private readonly record struct Open(Cost Outer, Cost Then, bool HasElse, uint Rounds, bool IsLoop);

    /// <summary>What one call takes; its arena as long as that is of 64 bits.</summary>
    private sealed record CallCost(Cost Cost, ulong Arena, bool ArenaOverflows)
    {
        public CallCost Above(ulong frame)
        {
            ulong arena = unchecked(Arena + frame);
            return new CallCost(Cost, arena, ArenaOverflows || arena < frame);
        }
    }

    /// <summary>A function with the values of its parameters' symbols.</summary>
    private readonly record struct CallSite(int Function, long[] Values, int Count)
    {
        public static IEqualityComparer<CallSite> Comparer { get; } = new ByValue();

        private sealed class ByValue : IEqualityComparer<CallSite>
        {
            public bool Equals(CallSite x, CallSite y) =>
                x.Function == y.Function && x.Values.AsSpan(0, x.Count).SequenceEqual(y.Values.AsSpan(0, y.Count));

            public int GetHashCode(CallSite site)
            {
                int hash = site.Function;
                foreach (long value in site.Values.AsSpan(0, site.Count))
                {
                    hash = unchecked((hash * 486187739) + value.GetHashCode());
                }

                return hash;
            }
        }
    }
}
