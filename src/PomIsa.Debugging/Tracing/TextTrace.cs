using System.Globalization;

namespace PomIsa.Debugging.Tracing;

/// <summary>One line for each retire: sequence, place, source line, instruction with shapes, what it made. The same for every run of the same program and prompt.</summary>
public sealed class TextTrace(ProgramMap map, TextWriter output) : ITraceSink
{
    // Of a commitment; the whole of it is in the JSON form.
    private const int DigestDigits = 16;

    /// <inheritdoc/>
    public void Take(TracedRetire retire)
    {
        ArgumentNullException.ThrowIfNull(retire);
        string operands = string.Join(", ", retire.Operands.Select(static one => one.Type.Length == 0 ? one.Text : $"{one.Text} {one.Type}"));
        IEnumerable<string> made =
        [
            .. retire.Outputs.Select(static one => one.Commitment.ToString()[..DigestDigits]),
            .. retire.Scalars.Select(static one => one.ToString(CultureInfo.InvariantCulture)),
        ];
        string source = map.Source(retire.Function, retire.Instruction);
        string symbols = string.Join(", ", retire.Symbols.Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} = {one.Value}")));
        output.WriteLine(string.Concat(
            string.Create(CultureInfo.InvariantCulture, $"{retire.Sequence,5}  {map.Place(retire.Function, retire.Instruction)}"),
            source.Length == 0 ? "" : "  " + source,
            "  " + $"{retire.Row.Mnemonic} {operands}".TrimEnd(),
            made.Any() ? "  → " + string.Join(' ', made) : "",
            symbols.Length == 0 ? "" : $"  ({symbols})"));
    }

    /// <inheritdoc/>
    public void Finish() => output.Flush();
}
