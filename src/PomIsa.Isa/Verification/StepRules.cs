namespace PomIsa.Isa.Verification;

/// <summary>A step adds the same rows to every state of a symbol, or to none, and only then attends to them.</summary>
internal sealed class StepRules(Module module, Action<FaultCode, int, int> fault)
{
    private readonly Dictionary<int, Dim> _appended = [];
    private readonly Dictionary<int, Dim> _rows = [];

    public void Instruction(int at, Instruction instruction, Function function)
    {
        switch (instruction.Row.Code)
        {
            case Opcode.Append:
                Append(at, instruction.Operands[0].Index, function.Registers[instruction.Operands[1].Index].Shape[0]);
                break;
            case Opcode.Attention or Opcode.AttentionWindow:
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

    private void Append(int at, int state, Dim rows)
    {
        int symbol = module.States[state].Symbol;
        if (!_appended.TryAdd(state, rows))
        {
            fault(FaultCode.PartialAppend, at, 0);
        }
        else if (!_rows.TryAdd(symbol, rows) && _rows[symbol] != rows)
        {
            fault(FaultCode.PartialAppend, at, 1);
        }
    }

    private void Attend(int at, int state, Dim rows, int operand)
    {
        if (!_appended.TryGetValue(state, out Dim have) || have != rows)
        {
            fault(FaultCode.AttentionBeforeAppend, at, operand);
        }
    }

    private void All(int at)
    {
        for (int state = 0; state < module.States.Length; state++)
        {
            if (_rows.ContainsKey(module.States[state].Symbol) && !_appended.ContainsKey(state))
            {
                fault(FaultCode.PartialAppend, at, state);
            }
        }
    }
}
