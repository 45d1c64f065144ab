using System.Runtime.Intrinsics;
using PomIsa.Kernels;

namespace PomIsa.Training.Model;

/// <summary>One forward and backward pass over a batch: the loss, and the gradient of every parameter.</summary>
internal sealed unsafe class TrainingPass : IDisposable
{
    private const int RowChunk = 64;

    private readonly ParameterLayout _layout;
    private readonly DecoderShape _shape;
    private readonly WorkerPool _pool;
    private readonly Linear _linear;
    private readonly AttentionPass _attention;
    private readonly FloatBuffer _packed;
    private readonly FloatBuffer _packedTransposed;
    private readonly FloatBuffer _cos;
    private readonly FloatBuffer _sin;
    private readonly Dictionary<string, FloatBuffer> _buffers = [];

    public TrainingPass(ParameterLayout layout, WorkerPool pool)
    {
        _layout = layout;
        _shape = layout.Shape;
        _pool = pool;
        _linear = new Linear(pool);
        _attention = new AttentionPass(_shape, pool);
        _packed = new FloatBuffer(layout.Count);
        _packedTransposed = new FloatBuffer(layout.Count);
        int half = _shape.HeadDim / 2;
        _cos = new FloatBuffer(_shape.Context * half);
        _sin = new FloatBuffer(_shape.Context * half);
        RotaryTable.Fill(_shape.Context, half, _cos.Span, _sin.Span);
    }

    /// <summary>Fills <paramref name="gradient"/> for <paramref name="batch"/>; returns the mean loss per target in nats (for display: its bits steer nothing).</summary>
    public double Run(FloatBuffer parameters, FloatBuffer gradient, SequenceBatch batch)
    {
        gradient.Span.Clear();
        PackWeights(parameters.Data);
        int rows = batch.Tokens.Length;
        float* x = Buffer("x0", rows, _shape.Dim);
        Embed(parameters.Data, batch.Tokens, x);
        for (int i = 0; i < _shape.Layers; i++)
        {
            x = LayerForward(parameters.Data, i, x, rows, batch.Starts);
        }

        float* dx = Buffer("dx", rows, _shape.Dim);
        double loss = Head(parameters.Data, gradient.Data, x, dx, batch);
        for (int i = _shape.Layers - 1; i >= 0; i--)
        {
            LayerBackward(parameters.Data, gradient.Data, i, dx, rows, batch.Starts);
        }

        EmbedBackward(gradient.Data, batch.Tokens, dx);
        return loss;
    }

    public void Dispose()
    {
        foreach (FloatBuffer buffer in _buffers.Values)
        {
            buffer.Dispose();
        }

        _packed.Dispose();
        _packedTransposed.Dispose();
        _cos.Dispose();
        _sin.Dispose();
    }

    private float* LayerForward(float* w, int i, float* x, int rows, int[] starts)
    {
        ParameterLayout.LayerOffsets at = _layout.Layers[i];
        int d = _shape.Dim, f = _shape.Ffn, q = _shape.QkvDim;
        float* h1 = Buffer($"h1.{i}", rows, d);
        float* r1 = Buffer($"r1.{i}", rows, 1);
        Norm(x, w + at.AttentionNorm, h1, r1, rows);
        float* qkv = Buffer($"qkv.{i}", rows, q);
        _linear.Forward(h1, _packed.Data + at.Qkv, qkv, rows, d, q);
        Rotate(qkv, starts, inverse: false);
        float* p = Buffer($"p.{i}", AttentionPass.ProbabilityCount(_shape, starts), 1);
        float* mixed = Buffer($"mixed.{i}", rows, d);
        _attention.Forward(qkv, p, mixed, starts);
        float* middle = Buffer($"middle.{i}", rows, d);
        Copy(x, middle, rows * (long)d);
        _linear.Forward(mixed, _packed.Data + at.Output, middle, rows, d, d, add: true);
        float* h2 = Buffer($"h2.{i}", rows, d);
        float* r2 = Buffer($"r2.{i}", rows, 1);
        Norm(middle, w + at.FfnNorm, h2, r2, rows);
        float* gateUp = Buffer($"gateUp.{i}", rows, 2 * f);
        _linear.Forward(h2, _packed.Data + at.GateUp, gateUp, rows, d, 2 * f);
        float* gated = Buffer($"gated.{i}", rows, f);
        float* sigmoid = Buffer($"sigmoid.{i}", rows, f);
        ForRows(rows, t => GatedLinear.Forward(gateUp + (long)t * 2 * f, sigmoid + (long)t * f, gated + (long)t * f, f));
        float* output = Buffer($"x{i + 1}", rows, d);
        Copy(middle, output, rows * (long)d);
        _linear.Forward(gated, _packed.Data + at.Down, output, rows, f, d, add: true);
        return output;
    }

    /// <summary>dx holds the gradient of the layer's output on entry and of its input on return.</summary>
    private void LayerBackward(float* w, float* g, int i, float* dx, int rows, int[] starts)
    {
        ParameterLayout.LayerOffsets at = _layout.Layers[i];
        int d = _shape.Dim, f = _shape.Ffn, q = _shape.QkvDim;
        float* gated = Buffer($"gated.{i}", rows, f);
        float* gateUp = Buffer($"gateUp.{i}", rows, 2 * f);
        float* sigmoid = Buffer($"sigmoid.{i}", rows, f);
        float* h2 = Buffer($"h2.{i}", rows, d);
        float* dgated = Buffer("dgated", rows, f);
        _linear.Forward(dx, _packedTransposed.Data + at.Down, dgated, rows, d, f);
        _linear.WeightGradient(gated, dx, g + at.Down, rows, f, d);
        ForRows(rows, t => GatedLinear.Backward(gateUp + (long)t * 2 * f, sigmoid + (long)t * f, dgated + (long)t * f, f));
        float* dh = Buffer("dh", rows, d);
        _linear.Forward(gateUp, _packedTransposed.Data + at.GateUp, dh, rows, 2 * f, d);
        _linear.WeightGradient(h2, gateUp, g + at.GateUp, rows, d, 2 * f);
        float* middle = Buffer($"middle.{i}", rows, d);
        NormBackward(middle, w + at.FfnNorm, dh, Buffer($"r2.{i}", rows, 1), dx, g + at.FfnNorm, rows);

        float* mixed = Buffer($"mixed.{i}", rows, d);
        float* qkv = Buffer($"qkv.{i}", rows, q);
        float* dqkv = Buffer("dqkv", rows, q);
        _linear.Forward(dx, _packedTransposed.Data + at.Output, dh, rows, d, d);
        _linear.WeightGradient(mixed, dx, g + at.Output, rows, d, d);
        _attention.Backward(qkv, Buffer($"p.{i}", AttentionPass.ProbabilityCount(_shape, starts), 1), dh, dqkv, starts);
        Rotate(dqkv, starts, inverse: true);
        float* h1 = Buffer($"h1.{i}", rows, d);
        _linear.Forward(dqkv, _packedTransposed.Data + at.Qkv, dh, rows, q, d);
        _linear.WeightGradient(h1, dqkv, g + at.Qkv, rows, d, q);
        NormBackward(Buffer($"x{i}", rows, d), w + at.AttentionNorm, dh, Buffer($"r1.{i}", rows, 1), dx, g + at.AttentionNorm, rows);
    }

    /// <summary>Final norm, tied output matrix, softmax cross-entropy, and the way back to the last layer's output.</summary>
    private double Head(float* w, float* g, float* x, float* dx, SequenceBatch batch)
    {
        int d = _shape.Dim, v = _shape.Vocabulary, count = batch.TargetRows.Length;
        float* chosen = Buffer("chosen", count, d);
        float* normed = Buffer("normed", count, d);
        float* r = Buffer("rHead", count, 1);
        ForRows(count, t => Copy(x + (long)batch.TargetRows[t] * d, chosen + (long)t * d, d));
        Norm(chosen, w + _layout.FinalNorm, normed, r, count);
        float* logits = Buffer("logits", count, v);
        _linear.Forward(normed, _packedTransposed.Data, logits, count, d, v);
        var losses = new double[count];
        float weight = 1f / count;
        ForRows(count, t => losses[t] = CrossEntropy.Apply(logits + (long)t * v, v, batch.Targets[t], weight));
        float* dnormed = Buffer("dnormed", count, d);
        _linear.Forward(logits, _packed.Data, dnormed, count, v, d);
        _linear.WeightGradient(logits, normed, g, count, v, d);
        float* dchosen = Buffer("dchosen", count, d);
        new Span<float>(dchosen, count * d).Clear();
        NormBackward(chosen, w + _layout.FinalNorm, dnormed, r, dchosen, g + _layout.FinalNorm, count);
        new Span<float>(dx, batch.Tokens.Length * d).Clear();
        ForRows(count, t => Copy(dchosen + (long)t * d, dx + (long)batch.TargetRows[t] * d, d));
        return losses.Sum() / count;
    }

    private void PackWeights(float* w)
    {
        foreach ((int offset, int rows, int columns) in _layout.Matrices())
        {
            _linear.Pack(w + offset, _packed.Data + offset, rows, columns);
            _linear.PackTransposed(w + offset, _packedTransposed.Data + offset, rows, columns);
        }
    }

    private void Embed(float* w, int[] tokens, float* x) =>
        ForRows(tokens.Length, t => Copy(w + (long)tokens[t] * _shape.Dim, x + (long)t * _shape.Dim, _shape.Dim));

    private void EmbedBackward(float* g, int[] tokens, float* dx)
    {
        // Tokens repeat, so columns are shared out and each column takes its rows in ascending order.
        int d = _shape.Dim;
        _pool.Run(d / 16, p =>
        {
            for (int t = 0; t < tokens.Length; t++)
            {
                float* to = g + (long)tokens[t] * d + p * 16;
                (Vector512.Load(to) + Vector512.Load(dx + (long)t * d + p * 16)).Store(to);
            }
        });
    }

    private void Norm(float* x, float* w, float* y, float* r, int rows)
    {
        int d = _shape.Dim;
        ForRows(rows, t => r[t] = RowMath.RmsNorm(x + (long)t * d, w, y + (long)t * d, d));
    }

    private void NormBackward(float* x, float* w, float* dy, float* r, float* dx, float* dw, int rows)
    {
        int d = _shape.Dim;
        _pool.Run(d / 16, p =>
        {
            Vector512<float> sum = default;
            for (int t = 0; t < rows; t++)
            {
                long at = (long)t * d + p * 16;
                sum += Vector512.Load(dy + at) * Vector512.Load(x + at) * Vector512.Create(r[t]);
            }

            (Vector512.Load(dw + p * 16) + sum).Store(dw + p * 16);
        });
        ForRows(rows, t => RowMath.RmsNormBackward(x + (long)t * d, w, dy + (long)t * d, r[t], dx + (long)t * d, d));
    }

    /// <summary>Rotates the query and key heads of every row by its position, or back.</summary>
    private void Rotate(float* qkv, int[] starts, bool inverse)
    {
        int half = _shape.HeadDim / 2, heads = _shape.Heads + _shape.KvHeads, width = _shape.QkvDim;
        _pool.Run(starts.Length - 1, s =>
        {
            for (int t = starts[s]; t < starts[s + 1]; t++)
            {
                float* cos = _cos.Data + (long)(t - starts[s]) * half;
                float* sin = _sin.Data + (long)(t - starts[s]) * half;
                for (int head = 0; head < heads; head++)
                {
                    float* a = qkv + (long)t * width + head * _shape.HeadDim;
                    for (int i = 0; i < half; i++)
                    {
                        float first = a[i], second = a[i + half], sine = inverse ? -sin[i] : sin[i];
                        a[i] = (first * cos[i]) - (second * sine);
                        a[i + half] = (first * sine) + (second * cos[i]);
                    }
                }
            }
        });
    }

    private void ForRows(int rows, Action<int> row)
    {
        _pool.Run((rows + RowChunk - 1) / RowChunk, chunk =>
        {
            int end = Math.Min(rows, (chunk + 1) * RowChunk);
            for (int t = chunk * RowChunk; t < end; t++)
            {
                row(t);
            }
        });
    }

    private static void Copy(float* from, float* to, long count) => System.Buffer.MemoryCopy(from, to, count * 4, count * 4);

    private float* Buffer(string name, long rows, int columns)
    {
        long length = rows * columns;
        if (!_buffers.TryGetValue(name, out FloatBuffer? buffer) || buffer.Length < length)
        {
            buffer?.Dispose();
            buffer = new FloatBuffer(length + (length / 4));
            _buffers[name] = buffer;
        }

        return buffer.Data;
    }
}
