using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace PomIsa.Shards;

/// <summary>One signed chunk: bytes [Start, End) of a file, and their SHA-256.</summary>
public sealed record ManifestResource(string Path, long Start, long End, Digest Digest)
{
    /// <summary>The Model Signing name, <c>path:start:end</c>.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Path}:{Start}:{End}");

    /// <summary>Bytes of the chunk.</summary>
    public long Length => End - Start;

    /// <summary>Splits <c>path:start:end</c> at its last two colons; the numbers are in their one shortest form.</summary>
    internal static bool TryParse(string name, Digest digest, [NotNullWhen(true)] out ManifestResource? resource)
    {
        resource = null;
        int last = name.LastIndexOf(':');
        int middle = last <= 0 ? -1 : name.LastIndexOf(':', last - 1);
        if (middle <= 0
            || !long.TryParse(name.AsSpan(middle + 1, last - middle - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long start)
            || !long.TryParse(name.AsSpan(last + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long end)
            || start >= end || !IsPath(name[..middle]))
        {
            return false;
        }

        resource = new ManifestResource(name[..middle], start, end, digest);
        return resource.Name == name;
    }

    /// <summary>Relative, <c>/</c> between segments, none of them empty, <c>.</c> or <c>..</c>; so it stays in its folder.</summary>
    internal static bool IsPath(string path)
    {
        if (path.Length is 0 or > 1024)
        {
            return false;
        }

        foreach (char c in path)
        {
            if (char.IsControl(c) || c == '\\')
            {
                return false;
            }
        }

        foreach (string segment in path.Split('/'))
        {
            if (segment is "" or "." or "..")
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Order by Unicode code point, which is the order of the UTF-8 bytes and not that of UTF-16 units.</summary>
    internal static int CompareNames(string left, string right) =>
        Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
}

/// <summary>One signed file: its chunks in file order, covering every byte.</summary>
public sealed record ManifestFile(string Path, long Length, ImmutableArray<ManifestResource> Chunks)
{
    /// <summary>True for tensor files, by their extension: <c>.shard</c> or <c>.safetensors</c>.</summary>
    public bool HoldsTensors => IsTensorFile(Path);

    internal static bool IsTensorFile(string path) =>
        path.EndsWith(".shard", StringComparison.Ordinal) || path.EndsWith(".safetensors", StringComparison.Ordinal);
}
