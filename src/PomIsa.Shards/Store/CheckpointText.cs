using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace PomIsa.Shards;

/// <summary>What a checkpoint of FASTER 2.6 says of the log: its chunks lie from the one address up to the other.</summary>
/// <remarks>
/// A file of a length (4) and so many bytes of text, a number or a name a line. FASTER's own reader makes a command wait for some milliseconds of reflection. Only the form that our
/// checkpoints have is read here, in full and with its checksum; all else is left to FASTER.
/// </remarks>
internal readonly record struct CheckpointText(long Begin, long End)
{
    private const int Head = 16, SessionLines = 4;

    /// <summary>Reads the text of the checkpoint with that name.</summary>
    public static bool TryParse(ReadOnlySpan<byte> file, string token, out CheckpointText checkpoint)
    {
        checkpoint = default;
        if (file.Length < sizeof(int) || BinaryPrimitives.ReadInt32LittleEndian(file) is var length && (length < 0 || length > file.Length - sizeof(int)))
        {
            return false;
        }

        string[] lines = Encoding.ASCII.GetString(file.Slice(sizeof(int), length)).Split(Environment.NewLine);
        Span<byte> guid = stackalloc byte[16];
        if (lines.Length < Head || lines[0] != "5" || lines[2] != token || !Guid.TryParseExact(token, "D", out Guid id) || !id.TryWriteBytes(guid)
            || !TryNumber(lines, 1, out long checksum) || !TryNumber(lines, 3, out long snapshot) || !TryNumber(lines, 4, out long version)
            || !TryNumber(lines, 5, out _) || !TryNumber(lines, 6, out long flushed) || !TryNumber(lines, 7, out _)
            || !TryNumber(lines, 8, out long start) || !TryNumber(lines, 9, out long end) || !TryNumber(lines, 10, out long snapshotEnd)
            || !TryNumber(lines, 11, out long memory) || !TryNumber(lines, 12, out long begin) || !TryNumber(lines, 13, out _)
            || lines[14] != bool.FalseString || !TryNumber(lines, 15, out long sessions) || !IsRest(lines, sessions))
        {
            return false;
        }

        long sum = MemoryMarshal.Read<long>(guid) ^ MemoryMarshal.Read<long>(guid[sizeof(long)..])
            ^ version ^ flushed ^ start ^ end ^ snapshotEnd ^ memory ^ begin ^ sessions;
        checkpoint = new CheckpointText(begin, end);
        return sum == checksum && snapshot == 0 && begin >= 0 && end > begin && end >> 48 == 0;
    }

    // For each session its number, its name, what it had done and no exceptions from that; then no segments of objects, and the end.
    private static bool IsRest(string[] lines, long sessions)
    {
        if (sessions < 0 || lines.Length != Head + (SessionLines * sessions) + 2 || lines[^2] != "0" || lines[^1].Length > 0)
        {
            return false;
        }

        for (int at = Head; at < lines.Length - 2; at += SessionLines)
        {
            if (!TryNumber(lines, at, out _) || !TryNumber(lines, at + 2, out _) || lines[at + 3] != "0")
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryNumber(string[] lines, int at, out long number) =>
        long.TryParse(lines[at], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
