namespace PomIsa.Isa.Verification;

/// <summary>Nesting, stack depth, reachability and jump targets of one function, in one pass.</summary>
internal sealed class ControlCheck
{
    private readonly Function _function;
    private readonly DefiniteAssignment _has;
    private readonly Action<FaultCode, int, int> _fault;
    private readonly ControlStack _blocks = new();
    private int _depth;
    private int _loops;

    public ControlCheck(Function function, DefiniteAssignment has, Action<FaultCode, int, int> fault)
    {
        _function = function;
        _has = has;
        _fault = fault;
        Targets = new int[function.Body.Length];
        Array.Fill(Targets, -1);
    }

    /// <summary>For each instruction where it may jump to; see <see cref="VerifiedFunction.Targets"/>.</summary>
    public int[] Targets { get; }

    public int MaxStack { get; private set; }

    public int MaxLoops { get; private set; }

    public bool Reachable { get; private set; } = true;

    /// <summary>Blocks do not match; what follows has no meaning.</summary>
    public bool Lost { get; private set; }

    public void Step(int at, in Instruction instruction)
    {
        byte code = instruction.Row.Code;
        if (!Reachable && code is not (Opcode.Else or Opcode.End))
        {
            _fault(FaultCode.UnreachableCode, at, -1);
            Reachable = true;
        }

        Pop(at, instruction.Row.Pops);
        _depth += instruction.Row.Pushes;
        MaxStack = Math.Max(MaxStack, _depth);
        if (_depth > Limits.Stack)
        {
            _fault(FaultCode.LimitExceeded, at, -1);
            _depth = Limits.Stack;
        }

        if (instruction.Row.Family == Family.Control)
        {
            Control(at, code, instruction);
        }
    }

    /// <summary>After the last instruction: all is closed and the end is not reached.</summary>
    public void Finish()
    {
        int end = _function.Body.Length - 1;
        if (Lost)
        {
            return;
        }

        if (_blocks.Count > 0)
        {
            _fault(FaultCode.Nesting, _blocks.Top.At, -1);
        }
        else if (Reachable)
        {
            _fault(FaultCode.MissingReturn, end, -1);
        }
    }

    private void Pop(int at, int count)
    {
        if (_depth < count)
        {
            _fault(FaultCode.StackUnderflow, at, -1);
            _depth = count;
        }

        _depth -= count;
    }

    private void Control(int at, byte code, in Instruction instruction)
    {
        switch (code)
        {
            case Opcode.Halt:
                Reachable = false;
                break;
            case Opcode.Ret:
                Level(at, 0);
                Reachable = false;
                break;
            case Opcode.Loop:
                if (instruction.Operands.Length == 1 && instruction.Operands[0].U32 == 0)
                {
                    _fault(FaultCode.UnboundedLoop, at, 0);
                }

                MaxLoops = Math.Max(MaxLoops, ++_loops);
                Open(at, isLoop: true);
                break;
            case Opcode.If:
                Open(at, isLoop: false);
                break;
            case Opcode.Brk:
            case Opcode.BrkIf:
                Leave(at);
                Reachable = code == Opcode.BrkIf;
                break;
            case Opcode.Else:
                Else(at);
                break;
            case Opcode.End:
                End(at);
                break;
            default:
                break; // call goes on with the next instruction
        }
    }

    private void Level(int at, int depth)
    {
        if (Reachable && _depth != depth)
        {
            _fault(FaultCode.StackImbalance, at, -1);
        }
    }

    private void Open(int at, bool isLoop)
    {
        if (_blocks.Count == Limits.Nesting)
        {
            _fault(FaultCode.LimitExceeded, at, -1);
            Lost = true;
            return;
        }

        _blocks.Push(new Block { At = at, IsLoop = isLoop, Depth = _depth, Mark = _has.Mark, Else = -1, ThenSet = [], LastLeave = -1 });
    }

    private void Leave(int at)
    {
        for (int i = _blocks.Count - 1; i >= 0; i--)
        {
            ref Block block = ref _blocks[i];
            if (block.IsLoop)
            {
                Level(at, block.Depth);
                Targets[at] = block.LastLeave;
                block.LastLeave = at;
                return;
            }
        }

        _fault(FaultCode.Nesting, at, -1);
    }

    private void Else(int at)
    {
        if (_blocks.Count == 0 || _blocks.Top.IsLoop || _blocks.Top.Else >= 0)
        {
            Lose(at);
            return;
        }

        ref Block block = ref _blocks.Top;
        Level(at, block.Depth);
        block.Else = at;
        block.ThenReaches = Reachable;
        block.ThenSet = _has.Undo(block.Mark);
        Targets[block.At] = at + 1;
        _depth = block.Depth;
        Reachable = true;
    }

    private void End(int at)
    {
        if (_blocks.Count == 0)
        {
            Lose(at);
            return;
        }

        Block block = _blocks.Top;
        _blocks.Pop();
        Level(at, block.Depth);
        int[] set = _has.Undo(block.Mark);
        if (block.Else >= 0)
        {
            Join(block, set);
            Targets[block.Else] = at + 1;
        }
        else
        {
            Targets[block.At] = at + 1;
            Reachable = true; // the condition may be zero, the loop may run no round
        }

        if (block.IsLoop)
        {
            _loops--;
            Targets[at] = block.At + 1;
            for (int leave = block.LastLeave; leave >= 0;)
            {
                (leave, Targets[leave]) = (Targets[leave], at + 1);
            }
        }

        _depth = block.Depth;
    }

    private void Join(in Block block, int[] elseSet)
    {
        if (block.ThenReaches && Reachable)
        {
            _has.SetCommon(block.ThenSet, elseSet);
        }
        else
        {
            _has.SetAll(block.ThenReaches ? block.ThenSet : elseSet);
        }

        Reachable |= block.ThenReaches;
    }

    private void Lose(int at)
    {
        _fault(FaultCode.Nesting, at, -1);
        Lost = true;
    }
}
