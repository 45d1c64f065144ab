using System.Collections.Immutable;
using PomIsa.Assembly.Analysis;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Assembly.Expressions;
using PomIsa.Assembly.Programs;
using PomIsa.Assembly.Syntax;
using PomIsa.Isa;

namespace PomIsa.Assembly;

/// <summary>Source text to modules. spec/assembly.md describes the language.</summary>
public static class Assembler
{
    /// <summary>Assembles a program; reports all its mistakes at once. Source may be hostile: it is refused, never thrown at.</summary>
    /// <param name="text">The source.</param>
    /// <param name="path">What diagnostics and source positions call it.</param>
    /// <param name="includes">Finds the files that <c>.include</c> names; by default there are none.</param>
    /// <param name="options">Defines, weights, verification.</param>
    public static AssemblyResult Assemble(
        string text, string path, IncludeResolver? includes = null, AssemblerOptions? options = null) =>
        Assemble(text, path, includes, options, tape: null);

    /// <summary>The same, with what editors want to know written to a tape.</summary>
    internal static AssemblyResult Assemble(
        string text, string path, IncludeResolver? includes, AssemblerOptions? options, AnalysisTape? tape)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(path);
        options ??= new AssemblerOptions();
        var diagnostics = new DiagnosticBag();
        var evaluator = new Evaluator(diagnostics);
        var file = new SourceFile(path, text);
        var program = new Expander(diagnostics, evaluator, includes ?? Includes.None, options, tape).Expand(file);
        if (program.Entry is null && diagnostics.IsEmpty)
        {
            diagnostics.Add(new Span(file, 1, 1, 1), DiagnosticCode.NoEntry, "the program has no entry", "add a line: .entry main");
        }

        var (module, context) = Whole(program, evaluator, options, diagnostics, tape);
        if (options.Verify && diagnostics.IsEmpty)
        {
            Verification.Report(module, context, file);
        }

        return diagnostics.IsEmpty ? new AssemblyResult(module, []) : new AssemblyResult(null, diagnostics.Sorted());
    }

    private static (Module Module, ProgramContext Context) Whole(
        SourceProgram program, Evaluator evaluator, AssemblerOptions options, DiagnosticBag diagnostics, AnalysisTape? tape)
    {
        var types = new TypeReader(program, evaluator, diagnostics);
        var skeleton = new DeclarationAssembler(program, evaluator, types, options, diagnostics).Assemble();
        var context = new ProgramContext(program, skeleton, types, evaluator, diagnostics);
        var functions = ImmutableArray.CreateBuilder<Function>();
        var names = ImmutableArray.CreateBuilder<FunctionNames>();
        var positions = ImmutableArray.CreateBuilder<ImmutableArray<SourcePosition>>();
        for (var i = 0; i < program.Functions.Count; i++)
        {
            var body = new BodyAssembler(context, i);
            functions.Add(body.Assemble(skeleton.Functions[i]));
            names.Add(body.Names);
            positions.Add(body.Positions);
            context.Lines.Add(body.Lines);
            tape?.Registers.Add(body.Registers);
        }

        var module = skeleton with
        {
            Functions = functions.ToImmutable(),
            Names = CustomSections.Names(program, names),
            Positions = CustomSections.Positions(context.Files, positions.ToImmutable()),
            Text = CustomSections.Text(program, diagnostics),
        };
        tape?.Context = context;
        return (module, context);
    }
}
