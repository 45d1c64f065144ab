using System.Globalization;
using System.Security.Cryptography;
using PomIsa.Isa;
using PomIsa.Shards;

namespace PomIsa.Packaging.Weights;

/// <summary>Weights that go to shard files at once: nothing of them stays in memory but small tensors of odd length, until their shard is full.</summary>
/// <remarks>The same weights in the same order give the same files. A weight that equals an earlier one leaves nothing behind.</remarks>
public sealed class ShardWeights : IWeightSink, IDisposable
{
    private readonly WeightList _list = new();
    private readonly string _folder;
    private readonly long _shardBytes;
    private ShardFile? _open;
    private int _shards;

    /// <param name="folder">Where; made if it is missing.</param>
    /// <param name="shardBytes">Bytes after which a shard is closed and another one begun.</param>
    /// <exception cref="ShardStoreException">The file system refused.</exception>
    public ShardWeights(string folder, long shardBytes = 256L << 20)
    {
        (_folder, _shardBytes) = (folder, shardBytes);
        ShardFile.Try(folder, () => Directory.CreateDirectory(folder));
    }

    /// <inheritdoc/>
    public IReadOnlyList<WeightEntry> Entries => _list.Entries;

    /// <summary>Bytes of all weights.</summary>
    public long Bytes { get; private set; }

    /// <inheritdoc/>
    public int Add(string name, DType element, ReadOnlySpan<int> shape, WeightLayout layout, ReadOnlySpan<byte> stored)
    {
        WeightEntry entry = WeightList.Declared(element, shape, layout) with { Digest = Digest.Of(stored) };
        int known = _list.Find(entry);
        if (known >= 0)
        {
            return known;
        }

        using Part part = Begin(entry, name);
        part.Write(stored);
        return Keep(part);
    }

    /// <inheritdoc/>
    public int Add(string name, DType element, ReadOnlySpan<int> shape, WeightLayout layout, Action<Stream> write)
    {
        using Part part = Begin(WeightList.Declared(element, shape, layout), name);
        write(part);
        return Keep(part);
    }

    /// <summary>Ends the last shard; nothing can be added any more.</summary>
    /// <exception cref="ShardStoreException">The file system refused.</exception>
    public void Close()
    {
        _open?.Close();
        _open?.Dispose();
        _open = null;
    }

    /// <inheritdoc/>
    public void Dispose() => _open?.Dispose();

    private Part Begin(WeightEntry entry, string name)
    {
        if (_open is { } full && full.IsFull(WeightStorage.Bytes(entry), _shardBytes))
        {
            Close();
        }

        _open ??= new ShardFile(Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{_shards++:D2}.shard")));
        return new Part(_open, entry, name);
    }

    private int Keep(Part part)
    {
        WeightEntry entry = part.End();
        int known = _list.Find(entry);
        if (known >= 0)
        {
            _open!.Undo();
            return known;
        }

        string name = _list.Name(part.Name, entry.Element);
        _open!.Keep(name);
        Bytes += WeightStorage.Bytes(entry);
        return _list.Add(entry with { Name = name });
    }

    /// <summary>The bytes of one weight on their way: cut into its tensors, and hashed.</summary>
    private sealed class Part : WriteOnlyStream
    {
        private readonly ShardFile _file;
        private readonly WeightEntry _entry;
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly Queue<StoredTensor> _rest;
        private long _left;

        public Part(ShardFile file, WeightEntry entry, string name)
        {
            (_file, _entry, Name) = (file, entry, name);
            _rest = new Queue<StoredTensor>(WeightStorage.Of(entry));
            file.Begin();
            Next();
        }

        public string Name { get; }

        public override void Write(ReadOnlySpan<byte> bytes)
        {
            _hash.AppendData(bytes);
            while (bytes.Length > 0)
            {
                if (_left == 0)
                {
                    throw new ArgumentException($"'{Name}' has more than {WeightStorage.Bytes(_entry)} bytes.", nameof(bytes));
                }

                int count = (int)Math.Min(_left, bytes.Length);
                _file.Write(bytes[..count]);
                bytes = bytes[count..];
                _left -= count;
                if (_left == 0)
                {
                    Next();
                }
            }
        }

        /// <summary>The weight with its digest.</summary>
        public WeightEntry End() => _left == 0 && _rest.Count == 0
            ? _entry with { Digest = new Digest(_hash.GetHashAndReset()) }
            : throw new ArgumentException($"'{Name}' has fewer than {WeightStorage.Bytes(_entry)} bytes.");

        protected override void Dispose(bool disposing)
        {
            _hash.Dispose();
            base.Dispose(disposing);
        }

        private void Next()
        {
            while (_left == 0 && _rest.TryDequeue(out StoredTensor? tensor))
            {
                _left = WeightStorage.Bytes(tensor);
                _file.Tensor(tensor, _left);
            }
        }
    }
}
