namespace PomIsa.Isa.Verification;

/// <summary>A step changes every state of a symbol in one way, once and by the same rows, or none of them; what reads a state stands on the right side of that.</summary>
internal sealed class StepRules(Module module, Action<FaultCode, int, int> fault)
{
    private readonly Dictionary<int, Dim> _changed = [];
    private readonly Dictionary<int, (byte Opcode, Dim Rows)> _symbols = [];

    public void Instruction(int at, in Instruction instruction, Function function)
    {
        switch (instruction.Row.Code)
        {
            case Opcode.Append or Opcode.Write:
                Change(at, instruction, function.Registers[instruction.Operands[1].Index].Shape[0]);
                break;
            case Opcode.Read when Wrote(instruction.Operands[1].Index):
                fault(FaultCode.PartialAppend, at, 1);
                break;
            case Opcode.Attention or Opcode.AttentionWindow or Opcode.AttentionSoftcap:
                Dim rows = function.Registers[instruction.Operands[1].Index].Shape[0];
                Attend(at, instruction.Operands[2].Index, rows, 2);
                Attend(at, instruction.Operands[3].Index, rows, 3);
                break;
            case Opcode.Ret:
                All(at);
                break;
            default:
                break;
        }
    }

    private void Change(int at, Instruction instruction, Dim rows)
    {
        int state = instruction.Operands[0].Index, symbol = module.States[state].Symbol;
        if (!_changed.TryAdd(state, rows))
        {
            fault(FaultCode.PartialAppend, at, 0);
        }
        else if (!_symbols.TryAdd(symbol, (instruction.Row.Code, rows)) && _symbols[symbol] != (instruction.Row.Code, rows))
        {
            fault(FaultCode.PartialAppend, at, _symbols[symbol].Opcode != instruction.Row.Code ? 0 : 1);
        }
    }

    private bool Wrote(int state) => _changed.ContainsKey(state) && _symbols[module.States[state].Symbol].Opcode == Opcode.Write;

    private void Attend(int at, int state, Dim rows, int operand)
    {
        if (!_changed.TryGetValue(state, out Dim have) || have != rows || Wrote(state))
        {
            fault(FaultCode.AttentionBeforeAppend, at, operand);
        }
    }

    private void All(int at)
    {
        for (int state = 0; state < module.States.Length; state++)
        {
            if (_symbols.ContainsKey(module.States[state].Symbol) && !_changed.ContainsKey(state))
            {
                fault(FaultCode.PartialAppend, at, state);
            }
        }
    }
}
