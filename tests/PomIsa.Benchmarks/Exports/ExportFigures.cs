using PomIsa.Bench.Results;
using PomIsa.Bench.Runs;

namespace PomIsa.Benchmarks.Exports;

/// <summary>What was measured of one file with one number of threads.</summary>
/// <param name="Decoder">The file.</param>
/// <param name="Threads">Of both.</param>
/// <param name="CompileSeconds">From file to folder, in a process of its own.</param>
/// <param name="Agreement">Found before anything was timed.</param>
/// <param name="Decode">Tokens/s of decoding.</param>
/// <param name="Prefills">Tokens/s of reading prompts, in the order of the file's workloads.</param>
/// <param name="Machine">A fresh process of the machine, evidence on.</param>
/// <param name="Ort">A fresh process of ONNX Runtime.</param>
internal sealed record ExportFigures(
    ExportedDecoder Decoder,
    int Threads,
    double CompileSeconds,
    ExportAgreement Agreement,
    WorkloadResult Decode,
    WorkloadResult[] Prefills,
    ColdStart Machine,
    ColdStart Ort);
