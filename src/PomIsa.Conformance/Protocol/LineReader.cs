namespace PomIsa.Conformance.Protocol;

/// <summary>Lines of bytes from a stream, each of a limited length, so that a stranger who never ends one can't take all memory.</summary>
/// <param name="stream">Read from in blocks.</param>
/// <param name="most">Bytes of a line at most, its end not counted.</param>
public sealed class LineReader(Stream stream, int most)
{
    /// <summary>Enough for a module of the greatest size in hex.</summary>
    public const int MostBytes = (2 * Isa.Limits.ModuleBytes) + (1 << 20);

    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <summary>Whether the last line was too long; it was left out, up to its end.</summary>
    public bool WasTooLong { get; private set; }

    /// <summary>The next line without its end, empty where it was too long, or null at the end of the stream.</summary>
    /// <remarks>The bytes are valid until the next call.</remarks>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken stop)
    {
        WasTooLong = false;
        int seen = _start;
        while (true)
        {
            int found = _buffer.AsSpan(seen, _end - seen).IndexOf((byte)'\n');
            if (found >= 0)
            {
                return Take(seen + found, seen + found + 1);
            }

            seen = _end;
            if (_end - _start > most)
            {
                (WasTooLong, _end, seen) = (true, _start, _start);
            }

            seen -= MakeRoom();
            int count = await stream.ReadAsync(_buffer.AsMemory(_end), stop).ConfigureAwait(false);
            if (count == 0)
            {
                return _end > _start || WasTooLong ? Take(_end, _end) : null;
            }

            _end += count;
        }
    }

    private ReadOnlyMemory<byte>? Take(int end, int next)
    {
        WasTooLong |= end - _start > most;
        ReadOnlyMemory<byte> line = WasTooLong ? default : _buffer.AsMemory(_start, end - _start);
        _start = next;
        return line;
    }

    /// <summary>Moves what is unread to the front, or takes a larger buffer; returns by how much things moved.</summary>
    private int MakeRoom()
    {
        int moved = _start;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        return moved;
    }
}
