namespace PomIsa.Conformance.Protocol;

/// <summary>Our machine behind a pipe: reads requests line by line and answers each with one line.</summary>
public static class Server
{
    /// <summary>Serves until <c>exit</c>, the end of the input, or a stop.</summary>
    public static async Task ServeAsync(Stream input, Stream output, int threads, CancellationToken stop)
    {
        using var session = new Session(threads, stop);
        var lines = new LineReader(input, LineReader.MostBytes);
        while (!session.IsOver && await lines.ReadAsync(stop).ConfigureAwait(false) is { } line)
        {
            if (line.Length == 0 && !lines.WasTooLong)
            {
                continue;
            }

            ReadOnlyMemory<byte> answer = lines.WasTooLong
                ? Session.Error(null, $"A line is longer than {LineReader.MostBytes} bytes.")
                : session.Answer(line);
            if (!session.IsOver)
            {
                await output.WriteAsync(answer, stop).ConfigureAwait(false);
                await output.WriteAsync("\n"u8.ToArray(), stop).ConfigureAwait(false);
                await output.FlushAsync(stop).ConfigureAwait(false);
            }
        }
    }
}
