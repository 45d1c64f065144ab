using System.Globalization;
using System.Text;
using PomIsa.Packaging.Matrices;

namespace PomIsa.Architectures.Programs;

/// <summary>The lines above a description: what one model's configuration gives it.</summary>
internal sealed class Prologue
{
    private readonly StringBuilder _lines = new();

    /// <summary>Begins with the module's name and how matrices are stored.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="about">One line of its doc comment.</param>
    /// <param name="kind">How matrices are stored.</param>
    public Prologue(string name, string about, WeightKind kind)
    {
        _lines.Append(CultureInfo.InvariantCulture, $";; {about}\n.module {Quoted(name)}\n");
        _lines.Append(CultureInfo.InvariantCulture, $".type W {WeightKinds.NameOf(kind)}\n.alias linear {WeightKinds.OpcodeOf(kind)}\n");
    }

    /// <summary>A whole number.</summary>
    public Prologue Add(string name, long value)
    {
        _lines.Append(CultureInfo.InvariantCulture, $".const {name} {value}\n");
        return this;
    }

    /// <summary>A condition: 0 or 1.</summary>
    public Prologue Add(string name, bool value) => Add(name, value ? 1 : 0);

    /// <summary>An f32, to the bit.</summary>
    public Prologue Add(string name, float value)
    {
        _lines.Append(CultureInfo.InvariantCulture, $".const {name} bits:0x{BitConverter.SingleToUInt32Bits(value):x8}  ; {value}\n");
        return this;
    }

    /// <summary>Another name of an instruction.</summary>
    public Prologue Alias(string name, string mnemonic)
    {
        _lines.Append(CultureInfo.InvariantCulture, $".alias {name} {mnemonic}\n");
        return this;
    }

    /// <summary>The whole source: these lines, then the files.</summary>
    public string With(params ReadOnlySpan<string> files)
    {
        var source = new StringBuilder(_lines.ToString());
        foreach (string file in files)
        {
            source.Append(CultureInfo.InvariantCulture, $".include \"{file}\"\n");
        }

        return source.ToString();
    }

    /// <summary>A name as the language takes it: control characters and what is too long are left out.</summary>
    private static string Quoted(string name)
    {
        string clean = string.Concat(name.EnumerateRunes().Where(static r => !Rune.IsControl(r) && r.Value is not ('"' or '\\')).Take(48));
        return $"\"{(clean.Length == 0 ? "model" : clean)}\"";
    }
}
