using System.Collections.Immutable;

namespace PomIsa.Isa.Format;

/// <summary>Names, positions, texts and unknown custom sections to bytes.</summary>
internal static class CustomEncoder
{
    public static void Write(ByteWriter o, Module module)
    {
        if (module.Names is { } names)
        {
            ModuleEncoder.Section(o, SectionId.Names, w => Names(w, module, names));
        }

        if (module.Positions is { } positions)
        {
            ModuleEncoder.Section(o, SectionId.Positions, w => Positions(w, module, positions));
        }

        if (module.Text is { Entries.Length: > 0 } text)
        {
            ModuleEncoder.Section(o, SectionId.Text, w => Texts(w, text));
        }

        byte last = SectionId.Text;
        foreach (CustomSection custom in module.Customs)
        {
            if (custom.Id <= last || custom.Bytes.Length == 0)
            {
                throw new ArgumentException($"Custom section {custom.Id} is empty or out of order.", nameof(module));
            }

            last = custom.Id;
            ModuleEncoder.Section(o, custom.Id, w => w.Bytes(custom.Bytes.AsSpan()));
        }
    }

    /// <summary>The lists have as many names as the module has things, so no counts are written.</summary>
    private static void Names(ByteWriter o, Module module, ModuleNames names)
    {
        o.Text(names.Module, Limits.NameBytes);
        Padded(o, names.Symbols, module.Symbols.Length);
        Padded(o, names.States, module.States.Length);
        Padded(o, names.Inputs, module.Inputs.Length);
        for (int i = 0; i < module.Functions.Length; i++)
        {
            FunctionNames known = i < names.Functions.Length ? names.Functions[i] : new FunctionNames("", [], []);
            o.Text(known.Name, Limits.NameBytes);
            Padded(o, known.Registers, module.Functions[i].Registers.Length);
            Padded(o, known.Locals, module.Functions[i].LocalCount);
        }
    }

    private static void Padded(ByteWriter o, ImmutableArray<string> names, int count)
    {
        if (names.Length > count)
        {
            throw new ArgumentException($"{names.Length} names for {count} things.", nameof(names));
        }

        for (int i = 0; i < count; i++)
        {
            o.Text(i < names.Length ? names[i] : "", Limits.NameBytes);
        }
    }

    /// <summary>File names; then file, line and column of each instruction as differences from the one before.</summary>
    private static void Positions(ByteWriter o, Module module, SourceMap map)
    {
        o.Index(map.Files.Length);
        foreach (string file in map.Files)
        {
            o.Text(file, Limits.NameBytes);
        }

        for (int i = 0; i < module.Functions.Length; i++)
        {
            SourcePosition last = default;
            for (int at = 0; at < module.Functions[i].Body.Length; at++)
            {
                SourcePosition position =
                    i < map.Functions.Length && at < map.Functions[i].Length ? map.Functions[i][at] : last;
                o.I64(position.File - last.File);
                o.I64(position.Line - last.Line);
                o.I64(position.Column - last.Column);
                last = position;
            }
        }
    }

    private static void Texts(ByteWriter o, ModuleText text)
    {
        o.Index(text.Entries.Length);
        foreach (TextEntry entry in text.Entries)
        {
            o.U8((byte)entry.Target);
            o.Index(entry.Index);
            o.Text(entry.Text, Limits.TextBytes, lines: true);
        }
    }
}
