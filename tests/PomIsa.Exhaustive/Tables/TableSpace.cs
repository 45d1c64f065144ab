using System.Runtime.InteropServices;

namespace PomIsa.Exhaustive.Tables;

/// <summary>Room for one chunk of a table of outputs, and for one block of inputs.</summary>
internal sealed unsafe class TableSpace : IDisposable
{
    /// <summary>Inputs in a chunk: what is saved as done together.</summary>
    public const int ChunkLength = 1 << 24;

    /// <summary>Chunks in a whole table.</summary>
    public const int Chunks = 1 << 8;

    /// <summary>Inputs in a block: small enough that inputs and outputs stay in a core's cache.</summary>
    public const int BlockLength = 1 << 14;

    private readonly float* _outputs = (float*)NativeMemory.AlignedAlloc((nuint)ChunkLength * sizeof(float), 64);
    private readonly float[] _inputs = GC.AllocateUninitializedArray<float>(BlockLength, pinned: true);

    /// <summary>All outputs of the chunk as the table holds them: f32, little-endian.</summary>
    public ReadOnlySpan<byte> Bytes(int length) => new(_outputs, length * sizeof(float));

    public Span<float> Outputs(int at, int length) => new(_outputs + at, length);

    public Span<float> Inputs(int length) => _inputs.AsSpan(0, length);

    public void Dispose() => NativeMemory.AlignedFree(_outputs);
}
