using System.Collections.Immutable;
using System.Globalization;
using PomIsa.Audit;

namespace PomIsa.Cli.Runs;

/// <summary>What each level shows, and what it takes for granted.</summary>
internal static class LevelText
{
    private const string Hashes = "SHA-256 has no collisions, and Ed25519 signatures can't be forged";

    /// <summary>The sentence of an accepted run.</summary>
    public static string Accepted(Level level, ulong compared) => level == Level.Spot
        ? string.Create(CultureInfo.InvariantCulture, $"The {compared} records that were drawn, or made by the same instructions, follow from the program, the weights and the prompts.")
        : string.Create(CultureInfo.InvariantCulture, $"All {compared} records follow from the program, the weights and the prompts.");

    /// <summary>Says what was proved, of an accepted run, and what is assumed.</summary>
    public static Observation Complete(Observation seen, ObserverRequest request) => seen.Verdict != Verdict.Accept ? seen : seen with
    {
        Text = seen.Text.Length > 0 ? seen.Text
            : seen.KeepsRoots ? string.Create(CultureInfo.InvariantCulture, $"The roots that are kept of {seen.Records} records are those that the log's key signed; openings, tokens and closings agree. Nothing was computed again.")
            : string.Create(CultureInfo.InvariantCulture, $"The {seen.Records} records are those that the log's key signed, and each action was minted once. Nothing was computed again."),
        Proved = Proved(seen, request),
        Assumed = Assumed(seen, request),
    };

    private static ImmutableArray<string> Proved(Observation seen, ObserverRequest request)
    {
        string signed = string.Create(CultureInfo.InvariantCulture, $"the log's key signed a checkpoint over these {seen.Records} records, each of them well formed");
        const string once = "each action of a run was minted once, in order, and the closing record counts them";
        return request.Level switch
        {
            Level.Signature when seen.KeepsRoots =>
            [
                string.Create(CultureInfo.InvariantCulture, $"the log's key signed a checkpoint that the kept roots of {seen.Records} records give"),
                "the openings, tokens and closings that are kept are the log's, in their places, and the closing records count the tokens and, of a public run, bind them",
            ],
            Level.Signature => [signed, once],
            Level.Spot => [signed, once, string.Create(
                CultureInfo.InvariantCulture, $"{seen.Compared} records, among them the {request.Samples} drawn ones and all of the driver (tokens, arguments, the response), follow from the program, the attested weights and the prompts")],
            Level.Audit => [signed, once, string.Create(
                CultureInfo.InvariantCulture, $"all {seen.Compared} records follow from the program, the attested weights and the prompts: {Products(seen)}")],
            _ => [signed, once, string.Create(
                CultureInfo.InvariantCulture, $"all {seen.Compared} records follow from the program, the attested weights and the prompts, bit for bit")],
        };
    }

    private static string Products(Observation seen) => seen.Products switch
    {
        (0, 0) => "there are no quantized products, and everything was computed again",
        _ when seen.LacksOpenings => string.Create(CultureInfo.InvariantCulture, $"its {seen.Products.Computed} quantized products were computed again like everything else, as there are no openings to test (make runs with --openings)"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seen.Products.Tested} quantized products were tested by projection, {seen.Products.Computed} and everything else were computed again"),
    };

    private static ImmutableArray<string> Assumed(Observation seen, ObserverRequest request) => request.Level switch
    {
        Level.Signature => [Hashes, $"{Key(request)} is that of whom you trust to have run the model: what the records say was not computed again"],
        Level.Spot =>
        [
            Hashes, Whose(seen, request), "this program and this machine compute as the numerics say",
            string.Create(CultureInfo.InvariantCulture, $"of the {seen.Records - seen.Compared} other records no more was computed than they feed: if a share f of all records is wrong, {request.Samples} draws miss it with probability (1 − f)^{request.Samples}"),
            request.Seed is null ? "the log's maker did not try runs until the draws, which follow from the checkpoint, suited him; a seed of your own takes that away" : "the log's maker did not know the seed",
        ],
        Level.Audit when seen.Products.Tested > 0 =>
        [
            Hashes, Whose(seen, request), "this program and this machine compute as the numerics say",
            seen.Seed is { } seed && seed != AuditSeed.Openings
                ? $"whoever made the openings did not know the seed {seed.ToString()}; then a wrong product passes with probability 2^-64"
                : "the challenge follows from the checkpoint and the openings: a wrong product passes with probability 2^-64, and who would try openings until it does tries 2^64 of them",
            "texts in run.json are what the tokens mean: only tokens are recorded",
        ],
        _ => [Hashes, Whose(seen, request), "this program and this machine compute as the numerics say", "texts in run.json are what the tokens mean: only tokens are recorded"],
    };

    private static string Whose(Observation seen, ObserverRequest request) => seen.HasWeights
        ? $"{Key(request)} and that of whoever published the weights are those of whom you trust: nothing in them tells whose they are"
        : $"{Key(request)} is that of whom you trust: nothing in it tells whose it is";

    private static string Key(ObserverRequest request) => request.Key is null ? "the log's key, which lies beside it," : "the log's key";
}
