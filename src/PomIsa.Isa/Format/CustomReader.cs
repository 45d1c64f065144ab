using System.Collections.Immutable;

namespace PomIsa.Isa.Format;

/// <summary>Names, positions and texts from bytes, against a module whose code is read.</summary>
internal static class CustomReader
{
    public static ModuleNames Names(ref ByteReader r, Module module)
    {
        string name = r.Text(Limits.NameBytes);
        ImmutableArray<string> symbols = List(ref r, module.Symbols.Length);
        ImmutableArray<string> states = List(ref r, module.States.Length);
        ImmutableArray<string> inputs = List(ref r, module.Inputs.Length);
        var functions = ImmutableArray.CreateBuilder<FunctionNames>();
        for (int i = 0; i < module.Functions.Length && !r.Failed; i++)
        {
            string function = r.Text(Limits.NameBytes);
            ImmutableArray<string> registers = List(ref r, module.Functions[i].Registers.Length);
            functions.Add(new FunctionNames(function, registers, List(ref r, module.Functions[i].LocalCount)));
        }

        return new ModuleNames
        {
            Module = name,
            Symbols = symbols,
            States = states,
            Inputs = inputs,
            Functions = functions.DrainToImmutable(),
        };
    }

    public static SourceMap Positions(ref ByteReader r, Module module)
    {
        ImmutableArray<string> files = List(ref r, r.Count(Limits.SourceFiles, 1));
        var functions = ImmutableArray.CreateBuilder<ImmutableArray<SourcePosition>>();
        for (int i = 0; i < module.Functions.Length && !r.Failed; i++)
        {
            functions.Add(Function(ref r, module.Functions[i].Body.Length, files.Length));
        }

        return new SourceMap { Files = files, Functions = functions.DrainToImmutable() };
    }

    public static ModuleText Texts(ref ByteReader r, Module module)
    {
        int start = r.At;
        int count = r.Count(Limits.Weights * 2, 3);
        if (count == 0)
        {
            r.Fail(FaultCode.EmptySection, start);
        }

        var entries = ImmutableArray.CreateBuilder<TextEntry>(count);
        for (int i = 0; i < count && !r.Failed; i++)
        {
            int at = r.At;
            var target = (TextTarget)r.ByteUpTo((byte)TextTarget.Function);
            int index = r.UpTo(Things(module, target) - 1L, FaultCode.BadIndex);
            var entry = new TextEntry(target, index, r.Text(Limits.TextBytes, lines: true));
            if (i > 0 && !r.Failed && !Ascends(entries[i - 1], entry))
            {
                r.Fail(FaultCode.SectionOrder, at);
            }

            entries.Add(entry);
        }

        return new ModuleText { Entries = entries.DrainToImmutable() };
    }

    private static bool Ascends(TextEntry a, TextEntry b) =>
        a.Target < b.Target || (a.Target == b.Target && a.Index < b.Index);

    private static int Things(Module module, TextTarget target) => target switch
    {
        TextTarget.Symbol => module.Symbols.Length,
        TextTarget.Weight => module.Weights.Length,
        TextTarget.State => module.States.Length,
        TextTarget.Input => module.Inputs.Length,
        TextTarget.Function => module.Functions.Length,
        _ => 1,
    };

    private static ImmutableArray<SourcePosition> Function(ref ByteReader r, int count, int files)
    {
        if (count > r.Left / 3)
        {
            r.Fail(FaultCode.UnexpectedEnd, r.At);
            return [];
        }

        var positions = ImmutableArray.CreateBuilder<SourcePosition>(count);
        SourcePosition last = default;
        for (int i = 0; i < count && !r.Failed; i++)
        {
            last = new SourcePosition(
                Near(ref r, last.File, Math.Max(files - 1, 0)),
                Near(ref r, last.Line, Limits.SourceLine),
                Near(ref r, last.Column, Limits.SourceLine));
            positions.Add(last);
        }

        return positions.DrainToImmutable();
    }

    /// <summary>The last value plus a difference, from 0 to a maximum.</summary>
    private static int Near(ref ByteReader r, int last, int most)
    {
        int at = r.At;
        long difference = r.I64();
        if (difference < -last || difference > most - last)
        {
            r.Fail(FaultCode.BadValue, at);
            return 0;
        }

        return last + (int)difference;
    }

    private static ImmutableArray<string> List(ref ByteReader r, int count)
    {
        if (count > r.Left)
        {
            r.Fail(FaultCode.UnexpectedEnd, r.At);
            return [];
        }

        var names = ImmutableArray.CreateBuilder<string>(count);
        for (int i = 0; i < count && !r.Failed; i++)
        {
            names.Add(r.Text(Limits.NameBytes));
        }

        return names.DrainToImmutable();
    }
}
