using System.Globalization;
using PomIsa.Exhaustive.Fma;
using PomIsa.Exhaustive.MultiPrecision;
using PomIsa.Exhaustive.Oracles;
using PomIsa.Exhaustive.Tables;
using PomIsa.Kernels;

namespace PomIsa.Exhaustive;

/// <summary>What the command line can ask for. Each gives an exit code of <see cref="Exit"/>.</summary>
internal static class Commands
{
    public static int List()
    {
        IReadOnlyDictionary<string, PublishedDigests> published = DigestFile.Read();
        foreach (ElementaryFunction function in ElementaryFunctions.All)
        {
            Console.WriteLine(published.TryGetValue(function.Name, out PublishedDigests? digests)
                ? $"{function.Name,-10} table {digests.Table} sample {digests.Sample}"
                : $"{function.Name,-10} not published yet");
        }

        return Exit.Ok;
    }

    /// <summary>All 2^32 outputs against the oracle.</summary>
    public static int Check(ElementaryFunction function, Options options, CancellationToken stop)
    {
        if ((MpfrLibrary.Missing ?? LibM.Missing) is { } missing)
        {
            Console.Error.WriteLine(missing + ".");
            return Exit.Environment;
        }

        CheckState state = CheckState.Open(options.State, function.Name);
        if (state.Done > 0)
        {
            Console.Error.WriteLine($"{function.Name}: {options.State} holds {state.Done} of {TableSpace.Chunks} chunks; goes on from there");
        }

        using var progress = new Progress(function.Name, AllInputs.Count);
        TableResult result = CheckedTable.Run(function.Apply, Oracle.Of(function.Name), state, options.Threads, progress, stop);
        TimeSpan elapsed = progress.Elapsed;
        progress.Dispose();
        foreach (WrongOutput wrong in result.Wrong)
        {
            Console.WriteLine($"{function.Name}: {wrong}");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{function.Name}: {AllInputs.Count:N0} inputs, {result.WrongCount:N0} wrong, {result.Decided:N0} decided by MPFR, {elapsed.TotalSeconds:F0} s"));
        bool equal = Compare(function, "table", result.Digest, static p => p.Table);
        if (result.WrongCount > 0)
        {
            return Exit.Refused;
        }

        if (options.Publish)
        {
            DigestFile.Publish(
                function.Name,
                new PublishedDigests(result.Digest, TableDigest.Of<SampleInputs>(function.Apply, options.Threads, null, stop)),
                ElementaryFunctions.All.Select(static f => f.Name));
        }

        return equal || options.Publish ? Exit.Ok : Exit.Refused;
    }

    /// <summary>The digest of a whole table or of the sample, without an oracle.</summary>
    public static int DigestOf<T>(ElementaryFunction function, string what, Func<PublishedDigests, Digest> published, Options options, CancellationToken stop)
        where T : struct, IInputs
    {
        using var progress = new Progress($"{function.Name} {what}", T.Count);
        Digest digest = TableDigest.Of<T>(function.Apply, options.Threads, length => progress.Add(length), stop);
        progress.Dispose();
        return Compare(function, what, digest, published) ? Exit.Ok : Exit.Refused;
    }

    /// <summary>The software fused multiply-add against the instruction.</summary>
    public static int Fma(Options options, CancellationToken stop)
    {
        if (FmaCheck.Missing is { } missing)
        {
            Console.Error.WriteLine(missing);
            return Exit.Environment;
        }

        using var progress = new Progress("fma", options.Count, "–");
        IReadOnlyList<FmaCount> counts = FmaCheck.Run(options.Count, options.Threads, progress, Console.WriteLine, stop);
        progress.Dispose();
        Console.WriteLine($"{"class",-38} {"triples",13} {"subnormal",13} {"infinite",13} {"f64 wrong",13} {"wrong",7}");
        foreach (FmaCount count in counts)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{count.Class,-38} {count.Triples,13:N0} {count.Subnormal,13:N0} {count.Overflowed,13:N0} {count.Twice,13:N0} {count.Wrong,7:N0}"));
        }

        long wrong = counts.Sum(static c => c.Wrong);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"fma: {counts.Sum(static c => c.Triples):N0} triples, {wrong:N0} wrong"));
        return wrong == 0 ? Exit.Ok : Exit.Refused;
    }

    /// <summary>Prints a digest beside the published one; false if they differ. Nothing published is no difference.</summary>
    private static bool Compare(ElementaryFunction function, string what, Digest digest, Func<PublishedDigests, Digest> of)
    {
        Digest? published = DigestFile.Read().TryGetValue(function.Name, out PublishedDigests? digests) ? of(digests) : null;
        string verdict = published is null ? "none is published" : published == digest ? "as published" : $"DIFFERS from the published {published}";
        Console.WriteLine($"{function.Name}: {what} {digest}, {verdict}");
        return published is null || published == digest;
    }
}
