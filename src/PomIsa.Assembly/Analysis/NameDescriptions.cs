using System.Globalization;
using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Generated;
using PomIsa.Assembly.Programs;
using PomIsa.Isa;

namespace PomIsa.Assembly.Analysis;

/// <summary>Types, values and signatures in words; empty where a mistake leaves them open.</summary>
internal static class NameDescriptions
{
    public static void Write(NameBook book, AnalysisTape tape, ProgramContext context)
    {
        var indices = context.Program.Functions.Index().ToDictionary(object (one) => one.Item, one => one.Index, ReferenceEqualityComparer.Instance);
        foreach (var name in book.Names)
        {
            name.Description = context.Diagnostics.IsMarked(name.Names[0]) && name.Kind is not (NameKind.Register or NameKind.Local)
                ? "" : Of(name, tape, context, indices) ?? "";
        }
    }

    private static string? Of(NameDraft name, AnalysisTape tape, ProgramContext context, Dictionary<object, int> functions)
    {
        var (text, program, module) = (name.Names[0], context.Program, context.Skeleton);
        return name.Kind switch
        {
            NameKind.Constant => Constant(name, context),
            NameKind.Symbol when context.Types.TrySymbol(text, out var i) => $"max {module.Symbols[i].Max.ToString(CultureInfo.InvariantCulture)}",
            NameKind.ElementType when program.Types.TryGetValue(text, out var type) => DTypes.NameOf(type),
            NameKind.Alias when program.Aliases.TryGetValue(text, out var row) => row.Mnemonic,
            NameKind.Weight when context.Weights.TryFind(text, out var i) => Weight(module.Weights[i]),
            NameKind.State when context.States.TryFind(text, out var i) => State(module.States[i], program),
            NameKind.Input when context.Inputs.TryFind(text, out var i) => Type(module.Inputs[i].Type, program),
            NameKind.Function when context.Functions.TryFind(text, out var i) => Signature(program.Functions[i], module.Functions[i], program),
            NameKind.Register => Register(name, tape, context, functions),
            NameKind.RepeatVariable => Range(name),
            _ => null,
        };
    }

    private static string? Constant(NameDraft name, ProgramContext context) =>
        context.Evaluator.IsConstant(name.Names[0])
            && context.Evaluator.TryEvaluate(name.Line.Statement.File, ((PomIsaParser.ConstantContext)name.Line.Statement.Tree!.directive()).expression(), name.Line.Scope, out var value)
            ? value.ToString() : null;

    private static string? Register(NameDraft name, AnalysisTape tape, ProgramContext context, Dictionary<object, int> functions) =>
        name.Line.Function is { } inside && functions.TryGetValue(inside, out var index) && index < tape.Registers.Count
            && tape.Registers[index].TryFind(name.Names[0], out var register) && tape.Registers[index][register] is { } type
            ? Type(type, context.Program) : null;

    private static string Weight(WeightEntry weight) =>
        $"{DTypes.NameOf(weight.Element)}[{string.Join(", ", weight.Shape)}]{(weight.Layout == WeightLayout.Panels16 ? " panels" : " rows")}";

    private static string State(StateEntry state, SourceProgram program) =>
        Type(new TensorType(state.Element, [Dim.OfSymbol(state.Symbol), .. state.Row.Select(Dim.Of)]), program)
            + " max " + state.MaxRows.ToString(CultureInfo.InvariantCulture);

    private static string Signature(FunctionSource source, Function function, SourceProgram program)
    {
        var (parameters, results) = DeclarationAssembler.Groups(source.Signature, source.Signature?.parameters() ?? []);
        var all = parameters.Concat(results).Select((one, i) => $"{Names.Text(one.name())}: {Type(function.Registers[i], program)}").ToList();
        return source.Signature is null ? ""
            : $"({string.Join(", ", all.Take(parameters.Count))}) -> ({string.Join(", ", all.Skip(parameters.Count))})";
    }

    private static string Range(NameDraft name)
    {
        var bounds = ((PomIsaParser.RepeatContext)name.Line.Statement.Tree!.directive()).expression();
        return $"{bounds[0].GetText()}..{bounds[1].GetText()}";
    }

    private static string Type(TensorType type, SourceProgram program) => DTypes.NameOf(type.Element) + "[" + string.Join(", ", type.Shape.Select(
        dim => dim.IsSymbol && dim.Symbol < program.Symbols.Count ? program.Symbols[dim.Symbol].Name : dim.ToString())) + "]";
}
