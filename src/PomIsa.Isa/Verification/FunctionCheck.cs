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
    private readonly TypedForms _forms;
    private readonly int[] _types; // for each register the number of its type
    private readonly int[] _formAt; // for each instruction its form, or -1
    private readonly ulong[] _limits; // for each kind of operand the first value that is out of range; none: ulong.MaxValue
    private readonly FunctionKinds _kind;
    private readonly int[] _writtenAt; // for each register one more than the instruction that last wrote it
    private int _at;

    public FunctionCheck(Module module, int index, TypedForms forms, FaultList faults)
    {
        _module = module;
        _index = index;
        _faults = faults;
        _function = module.Functions[index];
        _forms = forms;
        _types = new int[_function.Registers.Length];
        for (int register = 0; register < _types.Length; register++)
        {
            _types[register] = forms.TypeNumber(_function.Registers[register]);
        }

        _formAt = new int[_function.Body.Length];
        _limits = new ulong[(int)OperandKind.ImmType + 1];
        for (int kind = 0; kind < _limits.Length; kind++)
        {
            _limits[kind] = (OperandKind)kind switch
            {
                OperandKind.ImmI64 or OperandKind.ImmAxes or OperandKind.ImmType => ulong.MaxValue,
                OperandKind.ImmF32 or OperandKind.ImmU32 => 1UL << 32,
                _ => (ulong)OperandRange.Of((OperandKind)kind, module, _function),
            };
        }

        _kind = _function.Kind == FunctionKind.Step ? FunctionKinds.Step : FunctionKinds.Driver;
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
        foreach (int symbol in counters)
        {
            if (FunctionSymbols.Has(parameters, symbol))
            {
                Fault(FaultCode.SymbolBoundTwice, symbol, at: -1);
            }
        }

        foreach (int symbol in parameters)
        {
            _has.Set(SymbolSlot(symbol));
        }

        foreach (int symbol in counters)
        {
            _has.Set(SymbolSlot(symbol));
        }

        for (int register = 0; register < _function.ParameterCount; register++)
        {
            _has.Set(register);
        }

        ReadOnlySpan<Instruction> body = _function.Body.AsSpan();
        for (_at = 0; _at < body.Length && !_control.Lost; _at++)
        {
            ref readonly Instruction instruction = ref body[_at];
            if (instruction.Row.Layout.IsPlain)
            {
                Plain(instruction);
                continue;
            }

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
            _module, _index, _control.Targets, _control.MaxStack, _control.MaxLoops, parameters, counters, _formAt);
    }

    private int SymbolSlot(int symbol) => _function.Registers.Length + symbol;

    private void Fault(FaultCode code, int subject, int? at = null) => _faults.Add(code, at ?? _at, _index, subject);

    private void Plain(in Instruction instruction)
    {
        _formAt[_at] = -1;
        if (Operands(instruction) && (instruction.Row.Allowed & _kind) == 0)
        {
            Fault(FaultCode.WrongFunctionKind, -1);
        }

        _control.Step(_at, instruction);
    }

    private bool Operands(in Instruction instruction)
    {
        ReadOnlySpan<Operand> operands = instruction.Operands.AsSpan();
        ReadOnlySpan<OperandKind> kinds = instruction.Row.Layout.Kinds;
        if (instruction.Row.Variadic ? operands.Length != Format.OperandCounts.Of(instruction, _module) : operands.Length != kinds.Length)
        {
            Fault(instruction.Row.Variadic && operands.Length > 0 ? FaultCode.IndexOutOfRange : FaultCode.OperandCount, 0);
            return false;
        }

        bool keyed = !instruction.Row.Layout.IsUntyped && _forms.Begin(instruction.Row, operands.Length);
        for (int i = 0; i < operands.Length; i++)
        {
            OperandKind kind = i < kinds.Length ? kinds[i] : OperandKind.Register;
            ulong limit = _limits[(int)kind], bits = operands[i].Bits;
            if (bits >= limit && limit != ulong.MaxValue)
            {
                Fault(FaultCode.IndexOutOfRange, i);
                return false;
            }

            if (keyed)
            {
                _forms.Put(i, kind, kind == OperandKind.Register ? (ulong)_types[bits] : bits);
            }
        }

        return true;
    }

    private void Instruction(in Instruction instruction, ImmutableArray<int> parameters)
    {
        if ((instruction.Row.Allowed & _kind) == 0)
        {
            Fault(FaultCode.WrongFunctionKind, -1);
        }

        RowLayout layout = instruction.Row.Layout;
        int arguments = 1, results = 1, end = 1; // positions of a call's registers: none for any other row
        if (instruction.Row.Variadic)
        {
            results = 1 + _module.Functions[instruction.Operands[0].Index].ParameterCount;
            end = instruction.Operands.Length;
        }

        ReadOnlySpan<Operand> operands = instruction.Operands.AsSpan();
        if (_control.Reachable)
        {
            Reads(instruction, operands, layout, arguments..results);
        }

        Writes(instruction, operands, layout, results..end);
        if (Typed(instruction, layout))
        {
            if (layout.TouchesSymbols)
            {
                Symbols(instruction, parameters);
            }

            if (_kind == FunctionKinds.Step)
            {
                _step.Instruction(_at, instruction, _function);
            }
        }

        _control.Step(_at, instruction);
        foreach (int i in layout.Writes)
        {
            _has.Set(operands[i].Index);
        }

        for (int i = results; i < end; i++)
        {
            _has.Set(operands[i].Index);
        }
    }

    private void Reads(in Instruction instruction, ReadOnlySpan<Operand> operands, RowLayout layout, Range arguments)
    {
        foreach (int i in layout.Reads)
        {
            Read(operands[i].Index, i);
        }

        for (int i = arguments.Start.Value; i < arguments.End.Value; i++)
        {
            Read(operands[i].Index, i);
        }

        for (int i = 0; instruction.Row.Code == Opcode.Ret && i < _function.ResultCount; i++)
        {
            Read(_function.ParameterCount + i, -1);
        }
    }

    private void Read(int register, int subject)
    {
        if (!_has[register])
        {
            Fault(FaultCode.ReadBeforeWrite, subject);
        }
    }

    /// <summary>Parameters stay as they are; no register is written twice, or read and written unless the row allows it.</summary>
    private void Writes(in Instruction instruction, ReadOnlySpan<Operand> operands, RowLayout layout, Range results)
    {
        if (layout.Writes.Length == 1)
        {
            WritesOne(instruction, operands, layout);
            return;
        }

        foreach (int i in layout.Writes)
        {
            Write(operands[i].Index, i);
        }

        for (int i = results.Start.Value; i < results.End.Value; i++)
        {
            Write(operands[i].Index, i);
        }

        if (instruction.Row.InPlace || instruction.Row.Variadic || layout.Writes.Length == 0)
        {
            return;
        }

        foreach (int i in layout.Reads)
        {
            if (_writtenAt[operands[i].Index] == _at + 1)
            {
                Fault(FaultCode.DuplicateOperand, i);
            }
        }
    }

    /// <summary>The same of a row that writes one register, as nearly all do.</summary>
    private void WritesOne(in Instruction instruction, ReadOnlySpan<Operand> operands, RowLayout layout)
    {
        int at = layout.Writes[0], register = operands[at].Index;
        if (register < _function.ParameterCount)
        {
            Fault(FaultCode.WriteToParameter, at);
        }

        if (instruction.Row.InPlace)
        {
            return;
        }

        foreach (int i in layout.Reads)
        {
            if (operands[i].Index == register)
            {
                Fault(FaultCode.DuplicateOperand, i);
            }
        }
    }

    private void Write(int register, int subject)
    {
        if (register < _function.ParameterCount)
        {
            Fault(FaultCode.WriteToParameter, subject);
        }

        if (_writtenAt[register] == _at + 1)
        {
            Fault(FaultCode.DuplicateOperand, subject);
        }

        _writtenAt[register] = _at + 1;
    }

    /// <summary>Whether the row's rule takes the operands; notes the form that the instruction has.</summary>
    private bool Typed(in Instruction instruction, RowLayout layout)
    {
        _formAt[_at] = -1;
        if (layout.IsUntyped)
        {
            return true;
        }

        ReadOnlySpan<ulong> key = _forms.Key(instruction.Operands.Length);
        int form = key.IsEmpty ? -1 : _forms.Find(key);
        if (form >= 0)
        {
            _formAt[_at] = form;
            return true;
        }

        var request = new InferRequest(_module, instruction, _typeOf);
        if (!request.TryInfer(out ImmutableArray<TensorType> written))
        {
            Fault(request.Fault, request.FaultOperand);
            return false;
        }

        if (Types(instruction, written) && !key.IsEmpty)
        {
            _formAt[_at] = _forms.Add(key, request);
        }

        return true;
    }

    private bool Types(Instruction instruction, ImmutableArray<TensorType> written)
    {
        bool same = true;
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
                same = false;
            }
        }

        return same;
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
                if (symbol >= 0 && FunctionSymbols.Has(parameters, symbol))
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
            else if (i == 0 && instruction.Row.TakesDeclaredType && LacksSymbol(_function.Registers[index]))
            {
                Fault(FaultCode.UnboundSymbol, i);
            }
        }
    }

    private bool LacksSymbol(TensorType type)
    {
        foreach (Dim dim in type.Shape)
        {
            if (dim.IsSymbol && !_has[SymbolSlot(dim.Symbol)])
            {
                return true;
            }
        }

        return false;
    }
}
