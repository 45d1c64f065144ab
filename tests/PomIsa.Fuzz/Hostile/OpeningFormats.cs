using PomIsa.Evidence.Openings;
using PomIsa.Kernels;

namespace PomIsa.Fuzz.Hostile;

/// <summary>What the products of a run are said to have come to: no key stands for it, so that all there is to hold is that nothing outside the file is read.</summary>
internal static class OpeningFormats
{
    private static readonly (ulong Sequence, int Rows, int Columns, int Width)[] Products = [(3, 2, 17, 20), (4, 1, 64, 16), (9, 3, 5, 24), (11, 2, 33, 32)];

    public static unsafe IEnumerable<Format> Of(Strangers s)
    {
        Digest run = Digest.Of(s.Entries[0]);
        string path = s.At("openings");
        using (OpeningWriter writer = OpeningWriter.Create(path, run))
        {
            var random = new Random(5);
            foreach ((ulong sequence, int rows, int columns, int width) in Products)
            {
                writer.Add(sequence, rows, columns, [.. Enumerable.Range(0, rows * columns).Select(i => (i == 0 ? int.MinValue : random.Next()) >> (32 - width))]);
            }

            writer.Complete();
        }

        return [new Format("openings", [File.ReadAllBytes(path)], Read)];

        string? Read(byte[] bytes)
        {
            File.WriteAllBytes(path, bytes);
            if (!OpeningFile.TryOpen(path, run, out OpeningFile? file, out _))
            {
                return null;
            }

            using (file)
            {
                int place = 0;
                var sums = new int[Products.Max(static p => p.Columns)];
                long sum = file.Count;
                foreach ((ulong sequence, int rows, int columns, _) in Products)
                {
                    byte* row = file.Find(sequence, rows, columns, ref place, out int width);
                    for (int t = 0; t < rows && row != null; t++, row += PackedSums.Bytes(columns, width))
                    {
                        PackedSums.Unpack(new PackedRow((nint)row, width), 0, sums.AsSpan(0, columns));
                        sum = unchecked((sum * 31) + sums[columns - 1]);
                    }
                }

                return $"{sum}";
            }
        }
    }
}
