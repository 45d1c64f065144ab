using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using PomIsa.Bench.Decoders;
using PomIsa.Bench.Runs;
using PomIsa.Machine;

namespace PomIsa.Benchmarks.Onnx;

/// <summary>ONNX Runtime beside the machine.</summary>
internal sealed class OrtRival : IRival
{
    private readonly OrtDecoder _decoder;

    private OrtRival(OrtDecoder decoder, string agreement, ColdStart cold)
    {
        _decoder = decoder;
        Agreement = agreement;
        LoadSeconds = cold.LoadSeconds;
        PeakMiB = cold.PeakMiB;
    }

    public string Name => _decoder.Name;

    public bool IsExact => false;

    public string Agreement { get; }

    public double LoadSeconds { get; }

    public double PeakMiB { get; }

    /// <summary>A source of rivals; it says why once where the native library doesn't load.</summary>
    public static RivalSource Source(CancellationToken stop) => (decoder, program, threads, tokens, out refusal) =>
    {
        refusal = "";
        try
        {
            return Create(decoder, program, threads, tokens, stop);
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or BadImageFormatException or EntryPointNotFoundException)
        {
            refusal = $"ONNX Runtime is not compared: its native library does not load here ({(e.InnerException ?? e).Message.Split(". ")[0].TrimEnd('.')}).";
            return null;
        }
        catch (OnnxRuntimeException e)
        {
            refusal = $"ONNX Runtime is not compared for {decoder.Size.Name} {decoder.Kind.Name}: it refuses the model ({e.Message.Split('\n')[0].TrimEnd('.')}).";
            return null;
        }
    };

    public RunTiming Run(Workload workload) => _decoder.Run(workload);

    public void Dispose() => _decoder.Dispose();

    private static OrtRival Create(CachedDecoder decoder, BoundProgram program, int threads, int tokens, CancellationToken stop)
    {
        _ = OrtEnv.Instance(); // does not get by a library that is missing
        string folder = Folder(decoder, stop);
        var ort = new OrtDecoder(folder, decoder.Size, threads, tokens);
        try
        {
            string agreement = OrtAgreement.Require(ort, program, decoder.Size, decoder.Kind, tokens);
            return new OrtRival(ort, agreement, OrtColdStart.Measure(folder, decoder.Size, threads, tokens, stop));
        }
        catch
        {
            ort.Dispose();
            throw;
        }
    }

    /// <summary>The model's folder beside the decoder's store, written now if it is not there.</summary>
    private static string Folder(CachedDecoder decoder, CancellationToken stop)
    {
        string folder = Path.Combine(decoder.Folder, "onnx.1"), draft = folder + ".new";
        if (Directory.Exists(folder))
        {
            return folder;
        }

        long needed = OnnxDecoder.BytesNeeded(decoder.Size, decoder.Kind), free = new DriveInfo(decoder.Folder).AvailableFreeSpace;
        if (free < needed)
        {
            throw new IOException(string.Create(
                CultureInfo.InvariantCulture, $"The ONNX file of {decoder.Size.Name} in {decoder.Kind.Name} takes {needed >> 20} MiB and {decoder.Folder} has {free >> 20} MiB free."));
        }

        try
        {
            OnnxDecoder.Write(draft, decoder.Size, decoder.Kind, stop);
            Directory.Move(draft, folder);
        }
        finally
        {
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }
        }

        return folder;
    }
}
