using System.CommandLine;
using System.Text.Json.Nodes;
using PomIsa.Bench.Limits;
using PomIsa.Cli.Runs;
using PomIsa.Debugging.Profiling;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Cli.Commands;

internal static class ProfileCommand
{
    public static Command Create(CancellationToken stop)
    {
        var options = new ProgramOptions();
        var limits = new Option<bool>("--limits") { Description = "Measure what this machine can do at most first (a second, 1 GiB of memory), and tell how near each opcode comes to it." };
        var lines = new Option<int>("--lines") { Description = "Source lines to show.", DefaultValueFactory = _ => 20, HelpName = "N" };
        var cold = new Option<bool>("--cold") { Description = "Measure the first run, with what it takes to compile kernels and to touch weights; by default the second." };
        Option<bool> json = Shared.Json();
        var command = new Command("profile", CommandTree.Help(
            "Run a program without evidence and print where its time went: by opcode and by source line.",
            "pomisa profile examples/hello.pisa", "pomisa profile examples/govsum --prompt \"#1 parameter | …\" --limits"));
        options.AddTo(command);
        foreach (Option option in (Option[])[limits, lines, cold, json])
        {
            command.Options.Add(option);
        }

        lines.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--lines is 1 at least.");
            }
        });
        command.SetAction(parsed =>
        {
            using LoadedProgram loaded = options.Load(parsed);
            using var pool = new WorkerPool(options.Threads(parsed));
            ProfileLimits? measured = parsed.GetValue(limits) ? Measure(options.Threads(parsed), stop) : null;
            if (!Profile.TryMeasure(loaded.Program, loaded.Request(onToken: null, stop), pool, !parsed.GetValue(cold), out Profile? profile, out MachineFault fault))
            {
                stop.ThrowIfCancellationRequested();
                throw CliException.Refused(fault.Describe(loaded.Program.Module));
            }

            if (parsed.GetValue(json))
            {
                Output.Json(Describe(profile, measured, options.Threads(parsed)));
            }
            else
            {
                System.Console.Out.Write(ProfileTable.Of(profile, measured, parsed.GetValue(lines)));
            }

            return Exit.Ok;
        });
        return command;
    }

    private static ProfileLimits Measure(int threads, CancellationToken stop)
    {
        var measured = MachineLimits.Measure(threads, stop);
        return new ProfileLimits(measured.ReadBandwidth, measured.FloatPeak / 2, measured.BytePeak / 2); // a multiply-add is two operations
    }

    private static JsonObject Describe(Profile profile, ProfileLimits? limits, int threads) => new()
    {
        ["threads"] = threads,
        ["limits"] = limits is null ? null : new JsonObject
        {
            ["bytesPerSecond"] = limits.Bytes,
            ["floatMultiplyAddsPerSecond"] = limits.FloatMultiplyAdds,
            ["integerMultiplyAddsPerSecond"] = limits.IntegerMultiplyAdds,
        },
        ["total"] = Describe(profile.Total, profile.Total, limits),
        ["opcodes"] = new JsonArray([.. profile.Opcodes.Select(one => (JsonNode)Named("opcode", one, profile, limits))]),
        ["lines"] = new JsonArray([.. profile.Lines.Select(one => (JsonNode)Named("line", one, profile, limits))]),
    };

    private static JsonObject Named(string kind, ProfileEntry entry, Profile profile, ProfileLimits? limits)
    {
        JsonObject described = Describe(entry.Counters, profile.Total, limits);
        described.Insert(0, kind, entry.Name);
        if (entry.Detail.Length > 0)
        {
            described.Insert(1, "in", entry.Detail);
        }

        return described;
    }

    private static JsonObject Describe(Counters counters, Counters total, ProfileLimits? limits) => new()
    {
        ["count"] = counters.Count,
        ["seconds"] = counters.Seconds,
        ["share"] = total.Seconds > 0 ? counters.Seconds / total.Seconds : 0,
        ["bytesRead"] = counters.BytesRead,
        ["bytesWritten"] = counters.BytesWritten,
        ["multiplyAdds"] = counters.MultiplyAdds,
        ["shareOfLimit"] = limits?.ShareOf(counters),
    };
}
