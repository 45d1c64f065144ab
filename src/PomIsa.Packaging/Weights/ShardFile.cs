using PomIsa.Isa;
using PomIsa.Shards;

namespace PomIsa.Packaging.Weights;

/// <summary>A shard that is written tensor by tensor: room for its header first, then the data, the header at last.</summary>
/// <remarks>Tensors whose length is no multiple of 64 come at the end, so that the others lie as kernels like them (spec/shards.md, rule 11).</remarks>
internal sealed class ShardFile : IDisposable
{
    private const int HeaderRoom = 64 * 1024, EntryRoom = 512;

    /// <summary>Bytes of data up to which the room for the header is taken back.</summary>
    private const long Small = 1 << 20;

    private readonly FileStream _file;
    private readonly List<(string Name, StoredTensor Form)> _written = [];
    private readonly List<(string Name, StoredTensor Form, byte[] Bytes)> _tail = [];
    private readonly List<(StoredTensor Form, MemoryStream? Bytes)> _current = [];
    private long _begin;
    private int _room = HeaderRoom;

    public ShardFile(string path)
    {
        FileStream? file = null;
        Try(path, () => file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 20));
        _file = file!;
        _file.Position = HeaderRoom;
    }

    /// <summary>Whether a weight of so many bytes belongs into the next shard.</summary>
    public bool IsFull(long more, long most) =>
        _room < 4 * EntryRoom || (_written.Count + _tail.Count > 0 && _file.Position + _tail.Sum(static t => (long)t.Bytes.Length) - HeaderRoom + more > most);

    /// <summary>Begins a weight.</summary>
    public void Begin()
    {
        _begin = _file.Position;
        _current.Clear();
    }

    /// <summary>Begins a tensor of it.</summary>
    public void Tensor(StoredTensor form, long length) =>
        _current.Add((form, length % TensorFile.Alignment == 0 ? null : new MemoryStream(checked((int)length))));

    /// <summary>Bytes of that tensor.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_current[^1].Bytes is { } kept)
        {
            kept.Write(bytes);
            return;
        }

        try
        {
            _file.Write(bytes);
        }
        catch (IOException e)
        {
            throw ShardStoreException.From("write", _file.Name, e);
        }
    }

    /// <summary>Takes the weight into the shard.</summary>
    public void Keep(string name)
    {
        foreach ((StoredTensor form, MemoryStream? bytes) in _current)
        {
            _room -= EntryRoom;
            if (bytes is null)
            {
                _written.Add((name + form.Suffix, form));
            }
            else
            {
                _tail.Add((name + form.Suffix, form, bytes.GetBuffer()));
            }
        }

        _current.Clear();
    }

    /// <summary>Leaves the weight out.</summary>
    public void Undo()
    {
        _file.Position = _begin;
        _file.SetLength(_begin);
        _current.Clear();
    }

    /// <summary>Writes what was held back, then the header.</summary>
    public void Close() => Try(_file.Name, () =>
    {
        foreach ((_, _, byte[] bytes) in _tail)
        {
            _file.Write(bytes);
        }

        var infos = new List<TensorInfo>();
        long at = 0;
        foreach ((string name, StoredTensor form) in (IEnumerable<(string, StoredTensor)>)[.. _written, .. _tail.Select(static t => (t.Name, t.Form))])
        {
            infos.Add(new TensorInfo(name, form.DType, form.Shape, at, at += WeightStorage.Bytes(form)));
        }

        byte[] data = at <= Small ? new byte[at] : [];
        if (at <= Small)
        {
            _file.Position = HeaderRoom;
            _file.ReadExactly(data);
        }

        byte[] header = TensorFile.Header(infos, at <= Small ? 0 : HeaderRoom);
        _file.Position = 0;
        _file.Write(header);
        _file.Write(data);
        _file.SetLength(at <= Small ? _file.Position : HeaderRoom + at);
        _file.Flush(flushToDisk: true);
    });

    public void Dispose() => _file.Dispose();

    /// <summary>Tells a refusal of the file system as the store does.</summary>
    public static void Try(string path, Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            throw ShardStoreException.From("write", path, e);
        }
    }
}
