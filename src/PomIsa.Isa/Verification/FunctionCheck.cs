using System.Collections.Immutable;

namespace PomIsa.Isa.Verification;

/// <summary>One pass over one function: operands, types, values before use, then <see cref="ControlCheck"/> for flow.</summary>
internal sealed class FunctionCheck
{
    private readonly Module _module;
    private readonly FaultList _faults;
    private readonly int _index;
    private readonly Function _function;
    private readonly DefiniteAssignment _has;
    private readonly ControlCheck _control;
    private readonly StepRules _step;
    private readonly Func<int, TensorType?> _typeOf;
    private readonly int[] _writtenAt; // for each register one more than the instruction that last wrote it
    private int _at;

    public FunctionCheck(Module module, int index, FaultList faults)
    {
        _module = module;
        _index = index;
        _faults = faults;
        _function = module.Functions[index];
        _typeOf = register => _function.Registers[register];
        _writtenAt = new int[_function.Registers.Length];
        _has = new DefiniteAssignment(_function.Registers.Length + module.Symbols.Length);
        _control = new ControlCheck(_function, _has, (code, at, subject) => faults.Add(code, at, index, subject));
        _step = new StepRules(module, (code, at, subject) => faults.Add(code, at, index, subject));
    }

    public VerifiedFunction Run()
    {
        ImmutableArray<int> parameters = FunctionSymbols.OfParameters(_function);
        ImmutableArray<int> counters = FunctionSymbols.OfStates(_function, _module);
        foreach (int symbol in counters.Where(s => parameters.Contains(s)))
        {
            Fault(FaultCode.SymbolBoundTwice, symbol, at: -1);
        }

        foreach (int symbol in parameters.Concat(counters))
        {
            _has.Set(SymbolSlot(symbol));
        }

        for (int register = 0; register < _function.ParameterCount; register++)
        {
            _has.Set(register);
        }

        for (_at = 0; _at < _function.Body.Length && !_control.Lost; _at++)
        {
            Instruction instruction = _function.Body[_at];
            if (Operands(instruction))
            {
                Instruction(instruction, parameters);
            }
            else
            {
                _control.Step(_at, instruction);
            }
        }

        _control.Finish();
        return new VerifiedFunction(
            _module, _index, _control.Targets, _control.MaxStack, _control.MaxLoops, parameters, counters);
    }

    private int SymbolSlot(int symbol) => _function.Registers.Length + symbol;

    private void Fault(FaultCode code, int subject, int? at = null) => _faults.Add(code, at ?? _at, _index, subject);

    private bool Operands(Instruction instruction)
    {
        OpcodeRow row = instruction.Row;
        if (instruction.Operands.Length != Format.OperandCounts.Of(instruction, _module))
        {
            Fault(row.Variadic && instruction.Operands.Length > 0 ? FaultCode.IndexOutOfRange : FaultCode.OperandCount, 0);
            return false;
        }

        for (int i = 0; i < instruction.Operands.Length; i++)
        {
            OperandKind kind = row.KindAt(i);
            ulong most = kind switch
            {
                OperandKind.ImmI64 => ulong.MaxValue,
                OperandKind.ImmAxes or OperandKind.ImmType => ulong.MaxValue,
                OperandKind.ImmF32 or OperandKind.ImmU32 => uint.MaxValue,
                _ => (ulong)OperandRange.Of(kind, _module, _function),
            };
            bool index = kind < OperandKind.ImmF32;
            if (index ? instruction.Operands[i].Bits >= most : instruction.Operands[i].Bits > most)
            {
                Fault(FaultCode.IndexOutOfRange, i);
                return false;
            }
        }

        return true;
    }

    private void Instruction(Instruction instruction, ImmutableArray<int> parameters)
    {
        var kind = _function.Kind == FunctionKind.Step ? FunctionKinds.Step : FunctionKinds.Driver;
        if ((instruction.Row.Allowed & kind) == 0)
        {
            Fault(FaultCode.WrongFunctionKind, -1);
        }

        if (_control.Reachable)
        {
            Reads(instruction);
        }

        Writes(instruction);
        var request = new InferRequest(_module, instruction, _typeOf);
        if (request.TryInfer(out ImmutableArray<TensorType> written))
        {
            Types(instruction, written);
            Symbols(instruction, parameters);
            if (_function.Kind == FunctionKind.Step)
            {
                _step.Instruction(_at, instruction, _function);
            }
        }
        else
        {
            Fault(request.Fault, request.FaultOperand);
        }

        _control.Step(_at, instruction);
        for (int i = 0; i < instruction.Operands.Length; i++)
        {
            if (instruction.RegisterEffect(i, _module) == Effect.Write)
            {
                _has.Set(instruction.Operands[i].Index);
            }
        }
    }

    private void Reads(Instruction instruction)
    {
        for (int i = 0; i < instruction.Operands.Length; i++)
        {
            if (instruction.RegisterEffect(i, _module) == Effect.Read && !_has[instruction.Operands[i].Index])
            {
                Fault(FaultCode.ReadBeforeWrite, i);
            }
        }

        for (int i = 0; instruction.Row.Code == Opcode.Ret && i < _function.ResultCount; i++)
        {
            if (!_has[_function.ParameterCount + i])
            {
                Fault(FaultCode.ReadBeforeWrite, -1);
            }
        }
    }

    /// <summary>Parameters stay as they are; no register is written twice, or read and written unless the row allows it.</summary>
    private void Writes(Instruction instruction)
    {
        for (int i = 0; i < instruction.Operands.Length; i++)
        {
            if (instruction.RegisterEffect(i, _module) != Effect.Write)
            {
                continue;
            }

            if (instruction.Operands[i].Index < _function.ParameterCount)
            {
                Fault(FaultCode.WriteToParameter, i);
            }

            if (_writtenAt[instruction.Operands[i].Index] == _at + 1)
            {
                Fault(FaultCode.DuplicateOperand, i);
            }

            _writtenAt[instruction.Operands[i].Index] = _at + 1;
        }

        if (instruction.Row.InPlace || instruction.Row.Variadic)
        {
            return;
        }

        for (int i = 0; i < instruction.Operands.Length; i++)
        {
            if (instruction.RegisterEffect(i, _module) == Effect.Read && _writtenAt[instruction.Operands[i].Index] == _at + 1)
            {
                Fault(FaultCode.DuplicateOperand, i);
            }
        }
    }

    private void Types(Instruction instruction, ImmutableArray<TensorType> written)
    {
        int next = 0;
        for (int i = 0; i < instruction.Operands.Length; i++)
        {
            if (instruction.RegisterEffect(i, _module) != Effect.Write)
            {
                continue;
            }

            TensorType have = _function.Registers[instruction.Operands[i].Index];
            TensorType want = written[next++];
            if (have != want)
            {
                Fault(have.Element != want.Element ? FaultCode.TypeMismatch : FaultCode.ShapeMismatch, i);
            }
        }
    }

    /// <summary>
    /// <c>input</c> gives its symbol a value; a result of declared type and a named symbol need one. All other opcodes take their
    /// dimensions from what they read, where the symbols have values already.
    /// </summary>
    private void Symbols(Instruction instruction, ImmutableArray<int> parameters)
    {
        for (int i = 0; i < instruction.Row.Operands.Length; i++)
        {
            OperandRow operand = instruction.Row.Operands[i];
            int index = instruction.Operands[i].Index;
            if (operand.Kind == OperandKind.Input)
            {
                int symbol = _module.Inputs[index].Symbol;
                if (symbol >= 0 && parameters.Contains(symbol))
                {
                    Fault(FaultCode.SymbolBoundTwice, i);
                }

                if (symbol >= 0)
                {
                    _has.Set(SymbolSlot(symbol));
                }
            }
            else if (operand.Kind == OperandKind.Symbol && !_has[SymbolSlot(index)])
            {
                Fault(FaultCode.UnboundSymbol, i);
            }
            else if (i == 0 && instruction.Row.TakesDeclaredType
                && _function.Registers[index].Shape.Any(d => d.IsSymbol && !_has[SymbolSlot(d.Symbol)]))
            {
                Fault(FaultCode.UnboundSymbol, i);
            }
        }
    }
}
