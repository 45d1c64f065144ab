using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using PomIsa.Conformance.Protocol;
using PomIsa.Evidence.Records;
using PomIsa.Isa;
using PomIsa.Isa.Verification;
using PomIsa.Kernels;
using PomIsa.Machine;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Runs;

namespace PomIsa.Conformance.Running;

/// <summary>One run of a program with all its records, also those of a run that ends in a fault.</summary>
internal sealed class ProgramRun
{
    /// <summary>Bytes of registers and states at most; what needs more is not run here.</summary>
    public const long MostBytes = 1 << 30;

    private readonly RecordList _records = new();
    private ImmutableArray<int> _emits = [];
    private ImmutableArray<OutputTensor?> _outputs = [];
    private ulong _retired;
    private MachineFault _fault;

    private ProgramRun()
    {
    }

    /// <summary>Runs a loaded program.</summary>
    public static ProgramRun Of(LoadedProgram loaded, RunRequest request, WorkerPool pool)
    {
        var run = new ProgramRun();
        Bounds bounds = loaded.Bounds;
        if (bounds.ArenaBytes > MostBytes || bounds.StateBytes > MostBytes)
        {
            run._fault = new MachineFault(FaultCode.HostLimit);
        }
        else if (loaded.TryGet(out BoundProgram program, out run._fault))
        {
            run.Execute(program, request, pool);
        }

        return run;
    }

    /// <summary>Writes the fields of the answer into an object that is open.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("emits");
        foreach (int token in _emits)
        {
            json.WriteNumberValue(token);
        }

        json.WriteEndArray();
        json.WriteStartArray("outputs");
        foreach (OutputTensor? output in _outputs)
        {
            OpcodeOutcome.WriteOutput(output, json);
        }

        json.WriteEndArray();
        json.WriteString("retires", _retired.ToString(CultureInfo.InvariantCulture));
        json.WriteStartArray("records");
        foreach (byte[] entry in _records.Entries)
        {
            json.WriteStringValue(Convert.ToHexStringLower(entry));
        }

        json.WriteEndArray();
        if (_fault.Code == FaultCode.None)
        {
            json.WriteNull("fault");
        }
        else
        {
            FaultJson.Write(json, Fault.Of(_fault.Code, _fault.Instruction, _fault.Function));
        }
    }

    private void Execute(BoundProgram program, RunRequest request, WorkerPool pool)
    {
        RunOpen open = request.Opening(program);
        var entry = new byte[RecordWriter.MaxRunOpenBytes];
        _records.TryTake(entry.AsSpan(0, RecordWriter.WriteRunOpen(entry, open)), out _);
        Digest id = open.RunId;
        var attester = new Attester(id, _records, pool);
        using var interpreter = new Interpreter(program, request, pool, attester);
        using Attester finished = attester; // before the interpreter's memory goes
        bool ended = interpreter.TryRun(out _fault);
        bool written = !attester.IsRefused && attester.TryFlush(out _);
        _emits = [.. interpreter.Response];
        _outputs = interpreter.Outputs.ToImmutable();
        _retired = interpreter.Retired;
        if (!written || _records.IsFull)
        {
            _fault = new MachineFault(FaultCode.HostLimit);
        }
        else if (ended)
        {
            var close = new RunClose(
                id, attester.Sequence + 1, RunRequest.ResponseDigest(_emits.AsSpan()), (uint)_emits.Length, _retired, RunStatus.Finished);
            _records.TryTake(entry.AsSpan(0, RecordWriter.WriteRunClose(entry, close)), out _);
        }
    }
}
