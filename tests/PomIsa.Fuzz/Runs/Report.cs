using System.Globalization;
using System.Text;
using PomIsa.Fuzz.Properties;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Runs;

/// <summary>What a long run did and found, as text.</summary>
internal sealed record Report(TimeSpan Time, Tally Tally, IReadOnlyDictionary<string, long> Checks, IReadOnlyList<Failure> Failures)
{
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Time.TotalMinutes:0.0} minutes: {Tally.Programs} programs, {Tally.Executed} instructions executed, {Tally.MutatedModules} mutated modules, {Tally.MutatedSources} mutated sources, {Failures.Count} failures");
        text.AppendLine();
        text.AppendLine("| property | checks |").AppendLine("| --- | ---: |");
        foreach ((string name, long count) in Checks.OrderBy(static c => c.Key, StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {count} |");
        }

        text.AppendLine();
        text.AppendLine("| opcode | generated | executed | trapped |").AppendLine("| --- | ---: | ---: | ---: |");
        foreach (OpcodeRow row in InstructionTable.All)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {row.Mnemonic} | {Tally.GeneratedBy.GetValueOrDefault(row.Mnemonic)} | {Tally.ExecutedBy.GetValueOrDefault(row.Mnemonic)} | {Tally.TrappedBy.GetValueOrDefault(row.Mnemonic)} |");
        }

        foreach (Failure failure in Failures)
        {
            text.AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture, $"## Not so: {failure.Property} (POMISA_FUZZ_SEED={failure.Program.Seed})");
            text.AppendLine(failure.Message).AppendLine("```").AppendLine(failure.Program.ToString()).AppendLine("```");
        }

        return text.ToString();
    }
}
