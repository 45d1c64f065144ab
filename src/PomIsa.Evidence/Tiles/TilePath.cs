using System.Globalization;
using System.Text;

namespace PomIsa.Evidence.Tiles;

/// <summary>Names of the files of a C2SP tlog-tiles log, below its prefix.</summary>
public static class TilePath
{
    /// <summary>Hashes of a full tile, and entries of a full bundle.</summary>
    public const int Width = 256;

    /// <summary>Levels of tiles: 8 levels of the tree each.</summary>
    public const int Levels = 8;

    /// <summary>The signed checkpoint.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>Bytes of the longest bundle: full, of longest entries.</summary>
    public const int MaxBundleBytes = Width * (2 + ushort.MaxValue);

    /// <summary>A tile of hashes.</summary>
    /// <param name="level">0 for leaf hashes.</param>
    /// <param name="index">Number of the tile in its level.</param>
    /// <param name="width">Hashes in it, 1 to 256.</param>
    public static string Tile(int level, ulong index, int width) => string.Create(CultureInfo.InvariantCulture, $"tile/{level}/{Number(index)}{Part(width)}");

    /// <summary>A bundle of entries.</summary>
    public static string Entries(ulong index, int width) => $"tile/entries/{Number(index)}{Part(width)}";

    /// <summary>Reads a path that a client asks for; false if it names no file of a log.</summary>
    /// <remarks>Only the one spelling of each path is taken, so nothing but a log's own files can be asked for.</remarks>
    public static bool IsValid(string path)
    {
        if (path == Checkpoint)
        {
            return true;
        }

        string[] parts = path.Split('/');
        if (path.Length > 128 || parts.Length < 3 || parts[0] != "tile")
        {
            return false;
        }

        bool entries = parts[1] == "entries";
        if (!entries && !(byte.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out byte level) && level < 64 && parts[1] == level.ToString(CultureInfo.InvariantCulture)))
        {
            return false;
        }

        int end = parts.Length, width = Width;
        if (parts[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!byte.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out byte partial) || partial == 0 || parts[^1] != partial.ToString(CultureInfo.InvariantCulture))
            {
                return false;
            }

            (width, end) = (partial, parts.Length - 1);
        }

        ulong index = 0;
        for (int i = 2; i < end; i++)
        {
            string group = i == end - 1 && width < Width ? parts[i][..^2] : parts[i];
            string digits = i < end - 1 ? group.Length == 4 && group[0] == 'x' ? group[1..] : "" : group;
            if (digits.Length != 3 || !digits.All(char.IsAsciiDigit) || index > ulong.MaxValue / 1000 / 1000)
            {
                return false;
            }

            index = (index * 1000) + ulong.Parse(digits, CultureInfo.InvariantCulture);
        }

        return path == (entries ? Entries(index, width) : Tile(int.Parse(parts[1], CultureInfo.InvariantCulture), index, width));
    }

    private static string Part(int width) => width == Width ? "" : string.Create(CultureInfo.InvariantCulture, $".p/{width}");

    private static string Number(ulong index)
    {
        var text = new StringBuilder((index % 1000).ToString("D3", CultureInfo.InvariantCulture));
        for (index /= 1000; index > 0; index /= 1000)
        {
            text.Insert(0, string.Create(CultureInfo.InvariantCulture, $"x{index % 1000:D3}/"));
        }

        return text.ToString();
    }
}
