using System.Collections.Immutable;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Generated;
using PomIsa.Isa;

namespace PomIsa.Assembly.Programs;

/// <summary>Symbols, weights, states, inputs and signatures: a module that lacks only bodies.</summary>
/// <remarks>A declaration that is wrong stands in with a placeholder and its name is poisoned, so that indices stay right.</remarks>
internal sealed class DeclarationAssembler(
    SourceProgram program, Evaluator evaluator, TypeReader types, AssemblerOptions options, DiagnosticBag diagnostics)
{
    private static readonly TensorType Placeholder = TensorType.Of(DType.F32);

    /// <summary>The module without bodies.</summary>
    public Module Assemble()
    {
        foreach (var symbol in program.Symbols)
        {
            types.AddSymbol(symbol.Name);
        }

        return new Module
        {
            Symbols = [.. program.Symbols.Select(Symbol)],
            Weights = [.. program.Weights.Select(Weight)],
            States = [.. program.States.Select(State)],
            Inputs = [.. program.Inputs.Select(Input)],
            Functions = [.. program.Functions.Select(Function)],
            Entry = Entry(),
        };
    }

    private SymbolEntry Symbol(Declaration declaration)
    {
        var context = declaration.Directive<PomIsaParser.SymbolContext>();
        return evaluator.TryInteger(declaration.File, context.expression(), declaration.Scope, "the greatest value of a symbol", 0, int.MaxValue, out var max)
            ? new SymbolEntry((int)max) : Poisoned(declaration, new SymbolEntry(1));
    }

    private WeightEntry Weight(Declaration declaration)
    {
        var context = declaration.Directive<PomIsaParser.WeightContext>();
        var type = types.ReadConstant(declaration.File, context.tensor(), declaration.Scope, "a weight");
        var digest = default(Digest);
        if (context.HEX() is { } hex && !Digest.TryParse(hex.GetText().AsSpan(2), out digest))
        {
            diagnostics.Add(declaration.File.Span(hex.Symbol, hex.Symbol), DiagnosticCode.BadNumber, "a digest is 0x and 64 hexadecimal digits");
        }

        if (type is null)
        {
            return Poisoned(declaration, new WeightEntry(declaration.Name, DType.F32, [], WeightLayout.Rows));
        }

        var entry = new WeightEntry(declaration.Name, type.Element, [.. type.Shape.Select(dim => dim.Value)], Layout(context, type.Element), digest);
        return options.Weights is { } catalog ? Bind(declaration, entry, catalog) : entry;
    }

    /// <summary>The layout where source names none: quantized weights lie in panels, all others in rows.</summary>
    public static WeightLayout DefaultLayout(DType element) =>
        element is DType.W8 or DType.W4 ? WeightLayout.Panels16 : WeightLayout.Rows;

    private static WeightLayout Layout(PomIsaParser.WeightContext context, DType element) =>
        context.layout() is not { } layout ? DefaultLayout(element)
        : layout.PANELS() is null ? WeightLayout.Rows
        : WeightLayout.Panels16;

    private WeightEntry Bind(Declaration declaration, WeightEntry entry, IWeightCatalog catalog)
    {
        if (catalog.Find(entry.Name) is not { } found)
        {
            diagnostics.Unknown(declaration.At, DiagnosticCode.UnknownWeight, "tensor of the weights", entry.Name, catalog.Names);
            return entry;
        }

        if (found.Element != entry.Element || !found.Shape.AsSpan().SequenceEqual(entry.Shape.AsSpan()) || found.Layout != entry.Layout)
        {
            diagnostics.Add(declaration.File.Span(declaration.Directive<PomIsaParser.WeightContext>().tensor()), DiagnosticCode.WeightMismatch,
                $"the weights hold '{entry.Name}' as {Describe(found)}");
        }
        else if (!entry.Digest.IsZero && entry.Digest != found.Digest)
        {
            diagnostics.Add(declaration.At, DiagnosticCode.WeightMismatch, $"the weights hold other bytes of '{entry.Name}': digest 0x{found.Digest}");
        }

        return entry with { Digest = found.Digest };
    }

    private static string Describe(WeightBinding found) =>
        $"{DTypes.NameOf(found.Element)}[{string.Join(", ", found.Shape)}]{(found.Layout == WeightLayout.Panels16 ? " panels" : " rows")}";

    private StateEntry State(Declaration declaration)
    {
        var context = declaration.Directive<PomIsaParser.StateContext>();
        var type = types.Read(declaration.File, context.tensor(), declaration.Scope);
        var known = evaluator.TryInteger(declaration.File, context.expression(), declaration.Scope, "the most rows of a state", 0, int.MaxValue, out var max);
        if (type is not null && (type.Rank == 0 || !type.Shape[0].IsSymbol || type.Shape.Skip(1).Any(dim => dim.IsSymbol)))
        {
            diagnostics.Add(declaration.File.Span(context.tensor()), DiagnosticCode.Shape,
                "the first dimension of a state is a symbol, which counts its rows; the others are numbers", "such as f32[S, 128]");
            type = null;
        }

        return type is not null && known
            ? new StateEntry(type.Element, [.. type.Shape.Skip(1).Select(dim => dim.Value)], type.Shape[0].Symbol, (int)max)
            : Poisoned(declaration, new StateEntry(DType.F32, [], 0, 1));
    }

    private InputEntry Input(Declaration declaration)
    {
        var context = declaration.Directive<PomIsaParser.InputContext>();
        return types.Read(declaration.File, context.tensor(), declaration.Scope) is { } type
            ? new InputEntry(type) : Poisoned(declaration, new InputEntry(Placeholder));
    }

    private Function Function(FunctionSource source)
    {
        var groups = source.Signature?.parameters() ?? [];
        var (parameters, results) = Groups(source.Signature, groups);
        var registers = ImmutableArray.CreateBuilder<TensorType>();
        foreach (var parameter in parameters.Concat(results))
        {
            var type = types.Read(source.Declaration.File, parameter.tensor(), source.Declaration.Scope);
            registers.Add(type ?? Poisoned(source.Declaration, Placeholder));
        }

        return new Function
        {
            Kind = source.Kind,
            ParameterCount = parameters.Count,
            ResultCount = results.Count,
            Registers = registers.ToImmutable(),
        };
    }

    /// <summary>Parameters, results. Either pair of parentheses may be empty, so the arrow decides which is which.</summary>
    public static (IReadOnlyList<PomIsaParser.ParameterContext> Parameters, IReadOnlyList<PomIsaParser.ParameterContext> Results) Groups(
        PomIsaParser.SignatureContext? signature, PomIsaParser.ParametersContext[] groups)
    {
        var arrow = signature?.ARROW()?.Symbol.TokenIndex ?? int.MaxValue;
        var parameters = groups.Where(group => group.Start.TokenIndex < arrow).SelectMany(group => group.parameter()).ToList();
        var results = groups.Where(group => group.Start.TokenIndex > arrow).SelectMany(group => group.parameter()).ToList();
        return (parameters, results);
    }

    private int Entry()
    {
        if (program.Entry is not { } entry)
        {
            return -1; // reported once the whole file is known
        }

        var index = program.Functions.FindIndex(function => function.Name == entry.Name);
        if (index < 0)
        {
            diagnostics.Unknown(entry.At, DiagnosticCode.UnknownFunction, "function", entry.Name, program.Functions.Select(function => function.Name));
        }

        return Math.Max(index, 0);
    }

    private T Poisoned<T>(Declaration declaration, T placeholder)
    {
        diagnostics.Poison(declaration.Name);
        return placeholder;
    }
}
