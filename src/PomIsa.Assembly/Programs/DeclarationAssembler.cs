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
    private readonly ImmutableArray<WeightData>.Builder _data = ImmutableArray.CreateBuilder<WeightData>();

    /// <summary>The module without bodies.</summary>
    public Module Assemble()
    {
        foreach (var symbol in program.Symbols)
        {
            types.AddSymbol(symbol.Name);
        }

        ImmutableArray<SymbolEntry> symbols = [.. program.Symbols.Select(Symbol)];
        ImmutableArray<WeightEntry> weights = [.. program.Weights.Select((one, index) => Weight(one, index))];
        return new Module
        {
            Symbols = symbols,
            Weights = weights,
            Data = _data.ToImmutable(),
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

    private WeightEntry Weight(Declaration declaration, int index)
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
        if (context.contents() is { } contents)
        {
            return Inside(declaration, index, entry, contents);
        }

        return options.Weights is { } catalog ? Bind(declaration, entry, catalog) : entry;
    }

    /// <summary>A weight whose bytes stand in the source: it has their digest.</summary>
    private WeightEntry Inside(Declaration declaration, int index, WeightEntry entry, PomIsaParser.ContentsContext contents)
    {
        if (Contents(declaration, entry, contents) is not { } bytes)
        {
            return Poisoned(declaration, entry);
        }

        var digest = Digest.Of(bytes);
        var given = declaration.Directive<PomIsaParser.WeightContext>().DIGEST() is not null;
        if (given && entry.Digest != digest && contents.DATA() is null)
        {
            diagnostics.Add(declaration.At, DiagnosticCode.WeightMismatch, $"these contents have another digest: 0x{digest}");
        }

        // Stored bytes with a digest of their own stay as they are: what is wrong with them is the verifier's to say.
        _data.Add(new WeightData(index, [.. bytes]));
        return given ? entry : entry with { Digest = digest };
    }

    private byte[]? Contents(Declaration declaration, WeightEntry entry, PomIsaParser.ContentsContext contents)
    {
        var file = declaration.File;
        if (contents.DATA() is not null)
        {
            var hex = contents.HEX().Symbol;
            if (hex.Text.Length % 2 == 0)
            {
                return Convert.FromHexString(hex.Text.AsSpan(2));
            }

            diagnostics.Add(file.Span(hex, hex), DiagnosticCode.BadNumber, "data is 0x and two hexadecimal digits for each stored byte");
            return null;
        }

        if (!DataText.HasValues(entry.Element))
        {
            diagnostics.Add(file.Span(contents), DiagnosticCode.WeightMismatch,
                $"a weight of type {DTypes.NameOf(entry.Element)} has no values of its own", "give its stored bytes: data 0x…");
            return null;
        }

        var expressions = contents.expression();
        var count = entry.Shape.Aggregate(1L, static (a, b) => Math.Min(a * b, 1L << 40));
        if (count * DTypes.SizeOf(entry.Element) > Limits.DataBytes)
        {
            diagnostics.Add(file.Span(contents), DiagnosticCode.OutOfRange,
                $"weights inside a module have at most {Limits.DataBytes} bytes together", "put this one into a shard");
            return null;
        }

        if (expressions.Length != 1 && expressions.Length != count)
        {
            diagnostics.Add(file.Span(contents), DiagnosticCode.OperandCount, $"'{entry.Name}' has {count} elements, not {expressions.Length}",
                "give a value for each in row-major order, or one for all");
            return null;
        }

        if (entry.Layout == WeightLayout.Panels16 && (entry.Shape.Length != 2 || entry.Shape[1] % 16 != 0))
        {
            diagnostics.Add(declaration.At, DiagnosticCode.Shape, "panels hold matrices whose columns are a multiple of 16");
            return null;
        }

        var values = new Value[expressions.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (!evaluator.TryEvaluate(file, expressions[i], declaration.Scope, out values[i]))
            {
                return null;
            }
        }

        if (DataText.TryStore(entry, values, out var bytes, out var bad))
        {
            return bytes;
        }

        diagnostics.Add(file.Span(expressions[bad]), DiagnosticCode.OutOfRange, $"no {DTypes.NameOf(entry.Element)} is exactly {values[bad]}");
        return null;
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
