using System.Globalization;

namespace PomIsa.Exhaustive;

/// <summary>What the process returns.</summary>
internal static class Exit
{
    public const int Ok = 0;

    /// <summary>Outputs are wrong, or a digest is not the published one.</summary>
    public const int Refused = 1;

    public const int Usage = 2;

    /// <summary>A library or an instruction is not there.</summary>
    public const int Environment = 3;

    public const int Interrupted = 130;
}

/// <summary>The command line.</summary>
internal sealed record Options
{
    public const string Usage = """
        usage: dotnet run -c Release --project tests/PomIsa.Exhaustive -- FUNCTION|all|list|fma [options]

          FUNCTION    all 2^32 inputs of the fast path against glibc's double functions and, where those leave it open, MPFR
          all         every function, one after the other
          list        the functions and their published digests
          fma         the software fused multiply-add against the processor's instruction

          --digest    only the SHA-256 of the whole table of outputs; needs neither library
          --sample    only the SHA-256 of the sample of a hundred million
          --publish   after a check without a wrong output: writes both digests to spec/generated/elementary.digests
          --threads N two unless said otherwise
          --state DIR where a check keeps what is done (.pomisa/exhaustive)
          --count N   triples for fma (1,000,000,000)

        exit codes: 0 right · 1 wrong outputs or another digest · 2 usage · 3 a library or an instruction is missing · 130 interrupted;
        the same command goes on where a check stopped
        """;

    public required string What { get; init; }

    public bool Digest { get; private init; }

    public bool Sample { get; private init; }

    public bool Publish { get; private init; }

    public int Threads { get; private init; } = 2;

    public string State { get; private init; } = Path.Combine(".pomisa", "exhaustive");

    public long Count { get; private init; } = 1_000_000_000;

    /// <summary>Null where the arguments can't be understood.</summary>
    public static Options? Parse(ReadOnlySpan<string> args)
    {
        if (args is [] || args[0].StartsWith('-'))
        {
            return null;
        }

        var options = new Options { What = args[0] };
        for (int i = 1; i < args.Length; i++)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            Options? next = args[i] switch
            {
                "--digest" => options with { Digest = true },
                "--sample" => options with { Sample = true },
                "--publish" => options with { Publish = true },
                "--threads" => TryNumber(value, 1, 1024, out long threads) ? options with { Threads = (int)threads } : null,
                "--count" => TryNumber(value, 1, 1L << 40, out long count) ? options with { Count = count } : null,
                "--state" => value is not null ? options with { State = value } : null,
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            i += args[i] is "--threads" or "--count" or "--state" ? 1 : 0;
            options = next;
        }

        return options;
    }

    private static bool TryNumber(string? text, long least, long most, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;
}
