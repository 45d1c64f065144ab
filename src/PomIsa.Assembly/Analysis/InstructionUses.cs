using Antlr4.Runtime;
using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Generated;
using PomIsa.Assembly.Programs;
using PomIsa.Isa;

namespace PomIsa.Assembly.Analysis;

/// <summary>What the operands of an instruction mean, place by place as its row says.</summary>
internal sealed class InstructionUses(ProgramContext context, NameBook book)
{
    // Where no row says what a name is: what a reader would take it for.
    private static readonly NameKind[] Guess =
        [NameKind.Register, NameKind.Local, NameKind.Weight, NameKind.State, NameKind.Input, NameKind.Function, NameKind.Symbol, NameKind.Constant];

    public void Collect(PomIsaParser.InstructionContext instruction, TapeLine line)
    {
        book.Use(instruction.name(), line, NameKind.Alias);
        var row = Row(instruction, line);
        var arrow = instruction.ARROW()?.Symbol.TokenIndex ?? int.MaxValue;
        var index = 0;
        foreach (var operand in instruction.operands().SelectMany(group => group.operand()))
        {
            if (row is { Variadic: true })
            {
                One(operand, line, index == 0 ? OperandKind.Function : OperandKind.Register, written: operand.Start.TokenIndex > arrow);
            }
            else if (row is not null && index < row.OperandCount)
            {
                One(operand, line, row.KindAt(index), written: index < row.Operands.Length && row.Operands[index].Effect == Effect.Write);
            }
            else
            {
                One(operand, line, null, written: false);
            }

            index++;
        }
    }

    private OpcodeRow? Row(PomIsaParser.InstructionContext instruction, TapeLine line)
    {
        var mnemonic = context.Evaluator.Name(line.Statement.File, instruction.name(), line.Scope) ?? "";
        return InstructionTable.TryFind(mnemonic, out var row) || context.Program.Aliases.TryGetValue(mnemonic, out row) ? row : null;
    }

    private void One(PomIsaParser.OperandContext operand, TapeLine line, OperandKind? kind, bool written)
    {
        if (operand.tensor() is { } tensor)
        {
            book.UseAll(tensor, line);
        }

        if (operand.expression() is not { } expression || kind is not OperandKind.ImmType and >= OperandKind.ImmF32
            || TypeReader.BareName(expression) is not { } name)
        {
            book.UseAll((ParserRuleContext?)operand.expression() ?? operand, line);
        }
        else if (kind is null)
        {
            book.Use(name, line, Guess);
        }
        else if (!book.Use(name, line, Kind(kind.Value)) && written)
        {
            book.Declare(NameKind.Register, name, line);
        }
    }

    private static NameKind Kind(OperandKind kind) => kind switch
    {
        OperandKind.Weight => NameKind.Weight,
        OperandKind.State => NameKind.State,
        OperandKind.Input => NameKind.Input,
        OperandKind.Function => NameKind.Function,
        OperandKind.Symbol => NameKind.Symbol,
        OperandKind.Local => NameKind.Local,
        OperandKind.ImmType => NameKind.ElementType,
        _ => NameKind.Register,
    };
}
