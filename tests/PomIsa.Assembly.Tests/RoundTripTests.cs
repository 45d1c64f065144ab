using FsCheck.Xunit;
using PomIsa.Isa;

namespace PomIsa.Assembly.Tests;

/// <summary>Assembling what the disassembler writes gives the module back.</summary>
public sealed class RoundTripTests
{
    [Property(MaxTest = 150)]
    public void Modules_come_back_bit_for_bit(int seed) => ComesBack(new RandomModules(seed).Next());

    [Fact]
    public void Programs_come_back_bit_for_bit()
    {
        foreach (var text in new[] { Source.Text("Programs/decoder.pisa"), Source.Example("hello.pisa") })
        {
            ComesBack(Source.Assemble(text));
        }
    }

    [Fact]
    public void Disassembly_is_what_a_person_would_have_written()
    {
        var golden = Path.Combine(Source.Folder, "Programs/decoder.golden");
        var text = Disassembler.Disassemble(Source.Assemble(Source.Text("Programs/decoder.pisa")));
        if (Environment.GetEnvironmentVariable("POMISA_UPDATE") == "1")
        {
            File.WriteAllText(golden, text);
        }

        Assert.Equal(File.ReadAllText(golden), text);
        Assert.DoesNotContain(".reg", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_without_names_stays_without_names()
    {
        var module = Source.Assemble(Source.Text("Programs/decoder.pisa")) with { Names = null, Text = null };
        var again = Source.Assemble(Disassembler.Disassemble(module));
        Assert.Null(again.Names);
        Assert.Null(again.Text);
    }

    private static void ComesBack(Module module)
    {
        Assert.True(Module.TryDecode(module.Encode(), out var decoded, out var fault), fault.ToString());
        var text = Disassembler.Disassemble(decoded);
        var again = Source.Assemble(text, verify: false);
        Assert.Equal(Program(module), Program(again));
        Assert.Equal(NamesOf(module), NamesOf(again));
        Assert.Equal(TextsOf(module), TextsOf(again));
        Assert.Equal(text, Disassembler.Disassemble(again));
        Assert.Equal(text, Assembly.Formatting.SourceFormatter.Format(text).Text);
    }

    private static byte[] Program(Module module) => (module with { Names = null, Positions = null, Text = null, Customs = [] }).Encode();

    private static TextEntry[] TextsOf(Module module) => module.Text is { } text ? [.. text.Entries] : [];

    private static IEnumerable<string> NamesOf(Module module) =>
    [
        module.Names?.Module ?? "",
        .. module.Symbols.Select((_, i) => module.SymbolName(i)),
        .. module.States.Select((_, i) => module.StateName(i)),
        .. module.Inputs.Select((_, i) => module.InputName(i)),
        .. module.Functions.Select((_, i) => module.FunctionName(i)),
        .. module.Functions.SelectMany((f, i) => f.Registers.Select((_, r) => module.RegisterName(i, r))),
        .. module.Functions.SelectMany((f, i) => Enumerable.Range(0, f.LocalCount).Select(r => module.LocalName(i, r))),
    ];
}
