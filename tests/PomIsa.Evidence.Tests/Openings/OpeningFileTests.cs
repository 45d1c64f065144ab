using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using PomIsa.Evidence.Openings;
using PomIsa.Evidence.Tests.Log;
using PomIsa.Kernels;

namespace PomIsa.Evidence.Tests.Openings;

/// <summary>A file of openings stays whole for its reader, whatever becomes of it meanwhile.</summary>
public sealed class OpeningFileTests : IDisposable
{
    private static readonly Digest Run = Digest.Of("a run"u8);

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;
    private readonly byte[] _content;

    public OpeningFileTests()
    {
        const int Columns = 200_000;
        _path = Path.Combine(_folder.Path, "openings");
        using (OpeningWriter writer = OpeningWriter.Create(_path, Run))
        {
            writer.Add(3, 1, Columns, MemoryMarshal.Cast<byte, int>(Bytes.Of(1, sizeof(int) * Columns)));
            writer.Complete();
        }

        _content = File.ReadAllBytes(_path);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whoever_cuts_short_a_file_that_is_mapped_waits_until_it_is_closed()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Assert.True(OpeningFile.TryOpen(_path, Run, out OpeningFile? file, out string fault), fault);
        Assert.True(file.IsMapped);
        Assert.False(file.IsAwaited);
        using Process cuts = Process.Start("sh", ["-c", ": > \"$0\"", _path]);
        using (file)
        {
            Assert.True(SpinWait.SpinUntil(() => file.IsAwaited, TimeSpan.FromSeconds(20)));
            Assert.True(file.Part(0, (int)file.Length).SequenceEqual(_content));
            Assert.False(cuts.HasExited);
        }

        cuts.WaitForExit();
        Assert.Equal(0, new FileInfo(_path).Length);
    }

    [Fact]
    public void A_file_that_somebody_may_write_is_read_at_once()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var writes = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        Assert.True(OpeningFile.TryOpen(_path, Run, out OpeningFile? file, out string fault), fault);
        using (file)
        {
            Assert.False(file.IsMapped);
            writes.SetLength(0);
            Assert.True(file.Part(0, (int)file.Length).SequenceEqual(_content));
        }
    }

    [Fact]
    public void A_list_that_is_not_that_of_what_the_file_holds_is_refused()
    {
        using (OpeningWriter writer = OpeningWriter.Create(_path, Run))
        {
            writer.Add(3, 2, 5, new int[10]);
            writer.Add(4, 1, 4, [1 << 20, 0, 0, 0]); // 24 bits
            writer.Complete();
        }

        byte[] good = File.ReadAllBytes(_path);
        Assert.Equal(40 + (2 * 10) + 12 + (2 * 24) + 8, good.Length);
        int first = good.Length - 56, second = good.Length - 32;
        Assert.Equal("", Changed(first, 3));
        foreach ((int at, int value) in ((int, int)[])[
            (first, 4), (first, 5), (first + 4, 1), (second, 3), (second, 2), // sequences
            (first + 8, 0), (first + 8, -2), (first + 8, 3), (second + 8, 2), (second + 8, int.MaxValue), // rows
            (first + 12, 0), (first + 12, 6), (first + 12, -5), (second + 12, int.MaxValue), // columns
            (first + 16, 0), (first + 16, 8), (first + 16, 12), (first + 16, 20), (second + 16, 16), (second + 16, 28), (second + 16, -24), (second + 16, 32), (second + 16, 23), // widths
            (first + 20, 1), (second + 20, -1),
            (good.Length - 8, 1), (good.Length - 8, 3), (good.Length - 8, -1), (good.Length - 4, 1)]) // how many
        {
            Assert.Equal("its list of products is not that of what it holds", Changed(at, value));
        }

        string Changed(int at, int value)
        {
            byte[] bytes = [.. good];
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
            File.WriteAllBytes(_path, bytes);
            bool opens = OpeningFile.TryOpen(_path, Run, out OpeningFile? file, out string fault);
            file?.Dispose();
            Assert.Equal(opens, fault.Length == 0);
            return fault;
        }
    }

    [Fact]
    public unsafe void Each_of_many_products_is_found_in_their_order_and_in_any()
    {
        const int Many = 5000;
        using (OpeningWriter writer = OpeningWriter.Create(_path, Run))
        {
            for (int i = 0; i < Many; i++)
            {
                writer.Add(2 * (ulong)(i + 1), 1, 1, [i]);
            }

            writer.Complete();
        }

        Assert.True(OpeningFile.TryOpen(_path, Run, out OpeningFile? file, out string fault), fault);
        using (file)
        {
            Assert.Equal(Many, file.Count);
            int place = 0, anywhere = 0;
            for (int i = 0; i < Many; i++)
            {
                Assert.Equal(i, *(short*)file.Find(2 * (ulong)(i + 1), 1, 1, ref place, out _));
                int other = i * 1237 % Many;
                Assert.Equal(other, *(short*)file.Find(2 * (ulong)(other + 1), 1, 1, ref anywhere, out _));
                Assert.True(file.Find((2 * (ulong)i) + 1, 1, 1, ref anywhere, out _) == null);
            }

            Assert.Equal(Many, place);
        }
    }
}
