using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using PomIsa.Conformance.Protocol;

namespace PomIsa.Conformance.Running;

/// <summary>A machine in a process of its own, asked over its standard input and output.</summary>
/// <param name="command">The program and its arguments.</param>
/// <param name="limit">How long an answer may take.</param>
public sealed class ChildMachine(IReadOnlyList<string> command, TimeSpan limit) : IMachine
{
    private const int ErrorCharacters = 2000;

    private readonly StringBuilder _errors = new();
    private Process? _process;
    private LineReader? _lines;

    /// <summary>How often a process was started.</summary>
    public int Starts { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="MachineUnavailableException">There is no such command.</exception>
    public JsonDocument Ask(ReadOnlyMemory<byte> request, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        Process process = _process ??= Start();
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
        ends.CancelAfter(limit);
        try
        {
            return ExchangeAsync(process, _lines!, request, ends.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            End();
            stop.ThrowIfCancellationRequested();
            throw new MachineFailedException(string.Create(CultureInfo.InvariantCulture, $"No answer within {limit.TotalSeconds:0.#} seconds; the machine was ended.{Errors()}"));
        }
        catch (Exception e) when (e is JsonException or IOException or MachineFailedException)
        {
            string status = process.WaitForExit(1000) ? string.Create(CultureInfo.InvariantCulture, $"The machine ended with status {process.ExitCode}.") : e is JsonException ? "The answer is no JSON." : e.Message;
            End();
            throw new MachineFailedException(status + Errors());
        }
    }

    /// <inheritdoc/>
    public void Restart() => End();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_process is { } process)
        {
            try
            {
                process.StandardInput.BaseStream.Write("{\"id\":0,\"op\":\"exit\"}\n"u8);
                process.StandardInput.Close();
                process.WaitForExit(500);
            }
            catch (IOException)
            {
                // It has ended already.
            }
        }

        End();
    }

    private static async Task<JsonDocument> ExchangeAsync(Process process, LineReader lines, ReadOnlyMemory<byte> request, CancellationToken ends)
    {
        Stream input = process.StandardInput.BaseStream;
        await input.WriteAsync(request, CancellationToken.None).AsTask().WaitAsync(ends).ConfigureAwait(false);
        await input.WriteAsync("\n"u8.ToArray(), CancellationToken.None).AsTask().WaitAsync(ends).ConfigureAwait(false);
        await input.FlushAsync(CancellationToken.None).WaitAsync(ends).ConfigureAwait(false);
        ReadOnlyMemory<byte>? line = await lines.ReadAsync(CancellationToken.None).AsTask().WaitAsync(ends).ConfigureAwait(false);
        return lines.WasTooLong ? throw new MachineFailedException("The answer is longer than any answer may be.")
            : line is { } answer ? JsonDocument.Parse(answer.ToArray())
            : throw new MachineFailedException("The machine closed its output.");
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            Process process = Process.Start(start) ?? throw new MachineUnavailableException($"'{command[0]}' does not start.");
            _errors.Clear();
            process.ErrorDataReceived += (_, line) => Note(line.Data);
            process.BeginErrorReadLine();
            _lines = new LineReader(process.StandardOutput.BaseStream, LineReader.MostBytes);
            Starts++;
            return process;
        }
        catch (Win32Exception e)
        {
            throw new MachineUnavailableException($"'{command[0]}' does not start: {e.Message}.");
        }
    }

    private void Note(string? line)
    {
        lock (_errors)
        {
            if (line is not null && _errors.Length < ErrorCharacters)
            {
                _errors.Append('\n').Append(line);
            }
        }
    }

    private string Errors()
    {
        lock (_errors)
        {
            return _errors.Length == 0 ? "" : " It said:" + _errors;
        }
    }

    private void End()
    {
        if (_process is { } process)
        {
            try
            {
                process.Kill(entireProcessTree: true);
            }
            catch (InvalidOperationException)
            {
                // It has ended already.
            }

            process.Dispose();
            (_process, _lines) = (null, null);
        }
    }
}
