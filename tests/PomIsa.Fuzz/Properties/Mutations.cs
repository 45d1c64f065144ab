using System.Collections.Immutable;
using System.Text;
using PomIsa.Assembly;
using PomIsa.Fuzz.Generation;
using PomIsa.Fuzz.Reference;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Fuzz.Properties;

/// <summary>Bytes and source that were changed at random: they are refused or they are programs, never anything else.</summary>
internal static class Mutations
{
    private const int Modules = 40, Sources = 4;

    private static readonly string[] Words =
    [
        .. InstructionTable.All.Select(static r => r.Mnemonic), ".step", ".driver", ".end", ".entry", ".symbol", ".weight", ".state", ".input", ".reg", ".local", ".repeat", ".const",
        ".include", ".alias", ".module", "max", "panels", "f32", "i32", "bf16", "bool", "w4", "w8", "->", "=", ",", ":", "(", ")", "[", "]", "{", "}", "..", "0", "1", "-1", "16", "99999999999999999999",
        "0x7fffffffffffffff", "1e400", "nan", "\"", ";", "{i}", "*", "/", "%", "t0", "f0", "s0", "w0", "d0", "in0", "digest", "data", "\u0000", "é", "\t",
    ];

    /// <summary>Any bytes get a verdict, within memory in proportion; what is valid runs as the reference does.</summary>
    public static void OfModules(FuzzProgram program, Bench bench)
    {
        byte[] bytes = (program.Seed % 3 == 0 ? program.Module : program.Module with { Data = [], Weights = [.. program.Module.Weights.Select(static w => w with { Digest = default })] }).Encode();
        var choices = new Choices(program.Seed + 1);
        for (int i = 0; i < Modules; i++)
        {
            Verdict(Mutated(choices, bytes), program, bench);
        }

        bench.Tally.Mutated(Modules, 0);
    }

    /// <summary>Any text assembles or is refused with a diagnostic.</summary>
    public static void OfSource(FuzzProgram program, Bench bench)
    {
        string source = Disassembler.Disassemble(program.Module with { Data = [] });
        var choices = new Choices(program.Seed + 2);
        for (int i = 0; i < Sources; i++)
        {
            string text = Mutated(choices, source);
            AssemblyResult result = Assembler.Assemble(text, "mutated.pisa");
            Assert.Equal(result.Module is null, result.Diagnostics.Length > 0);
            _ = DiagnosticText.Render(result.Diagnostics);
            if (result.Module is { } module)
            {
                byte[] bytes = module.Encode();
                Assert.True(Module.TryDecode(bytes, out Module decoded, out Fault fault), fault.ToString());
                Assert.True(Verifier.TryVerify(decoded, out _, out ImmutableArray<Fault> faults), string.Join("; ", faults));
            }
        }

        bench.Tally.Mutated(0, Sources);
    }

    /// <summary>Decodes and verifies bytes, and runs what is valid and small.</summary>
    private static void Verdict(byte[] bytes, FuzzProgram program, Bench bench)
    {
        Judgement.Of(bytes, out Module? module, out VerifiedModule? verified, out ImmutableArray<Fault> faults);
        if (module is null)
        {
            return;
        }

        Assert.Equal(bytes, module.Encode());
        foreach (Fault fault in faults)
        {
            Assert.NotEqual("", FaultText.Describe(fault, module));
        }

        // What has the same weights and inputs can run.
        if (verified is { Bounds: { Retires: < 4000, MultiplyAdds: < 2_000_000, ArenaBytes: < 1 << 24, StateBytes: < 1 << 24 } }
            && module.Data.Length == module.Weights.Length && module.Weights.SequenceEqual(program.Module.Weights, SameWeight.Instance) && module.Inputs.SequenceEqual(program.Module.Inputs))
        {
            Machines.EqualsReference(program with { Module = module, IsSteady = false }, bench with { Tally = new Tally() });
        }
    }

    private static byte[] Mutated(Choices choices, byte[] bytes)
    {
        var list = new List<byte>(bytes);
        for (int i = choices.Pick(1, 1, 1, 2, 3, 8); i > 0 && list.Count > 0; i--)
        {
            int at = choices.Below(list.Count), length = Math.Min(choices.Pick(1, 2, 5, 40), list.Count - at);
            switch (choices.Below(8))
            {
                case 0 or 1:
                    list[at] ^= (byte)(1 << choices.Below(8));
                    break;
                case 2:
                    list[at] = choices.Pick<byte>(0, 1, 2, 0x7f, 0x80, 0xff, (byte)choices.Below(256));
                    break;
                case 3:
                    list[at] = unchecked((byte)(list[at] + choices.Pick(1, -1)));
                    break;
                case 4:
                    list.RemoveRange(at, length);
                    break;
                case 5:
                    list.InsertRange(at, Enumerable.Range(0, length).Select(_ => (byte)choices.Below(256)).ToArray());
                    break;
                case 6:
                    list.InsertRange(at, list.GetRange(choices.Below(list.Count - length + 1), length));
                    break;
                default:
                    if (choices.Chance(20))
                    {
                        list.RemoveRange(at, list.Count - at);
                    }

                    break;
            }
        }

        return [.. list];
    }

    private static string Mutated(Choices choices, string source)
    {
        var lines = new List<string>(source.Split('\n'));
        for (int i = choices.Pick(1, 1, 2, 3, 6); i > 0; i--)
        {
            int at = choices.Below(lines.Count);
            switch (choices.Below(7))
            {
                case 0:
                    lines.RemoveAt(at);
                    lines.Add("");
                    break;
                case 1:
                    lines.Insert(at, lines[choices.Below(lines.Count)]);
                    break;
                case 2:
                    lines.Insert(at, string.Join(' ', Enumerable.Range(0, choices.Between(1, 6)).Select(_ => choices.From(Words))));
                    break;
                case 3 or 4:
                    string[] words = lines[at].Split(' ');
                    words[choices.Below(words.Length)] = choices.From(Words);
                    lines[at] = string.Join(' ', words);
                    break;
                case 5:
                    var line = new StringBuilder(lines[at]);
                    line.Insert(choices.Below(line.Length + 1), (char)choices.Between(1, choices.Pick(127, 0xffff)));
                    lines[at] = line.ToString();
                    break;
                default:
                    int cut = choices.Below(lines[at].Length + 1);
                    lines[at] = lines[at][..cut] + string.Concat(Enumerable.Repeat(choices.From(Words), choices.Pick(1, 2, 90))) + lines[at][cut..];
                    break;
            }
        }

        return string.Join('\n', lines);
    }

    private sealed class SameWeight : IEqualityComparer<WeightEntry>
    {
        public static readonly SameWeight Instance = new();

        public bool Equals(WeightEntry? x, WeightEntry? y) =>
            x!.Element == y!.Element && x.Layout == y.Layout && x.Digest == y.Digest && x.Shape.AsSpan().SequenceEqual(y.Shape.AsSpan());

        public int GetHashCode(WeightEntry obj) => obj.Digest.GetHashCode();
    }
}
