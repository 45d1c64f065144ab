using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PomIsa.Files;
using PomIsa.Kernels;
using PomIsa.Training.Corpus;
using PomIsa.Training.Model;
using PomIsa.Training.Optimizer;
using PomIsa.Training.Tokens;

namespace PomIsa.Training.Recipe;

/// <summary>What one step did; loss and norm are for display.</summary>
public readonly record struct StepReport(int Step, double Loss, float GradientNorm, int Tokens, float Rate);

/// <summary>Follows a recipe step by step. Its state can be saved between any two steps and goes on with the same bits.</summary>
public sealed class Trainer : IDisposable
{
    private const int HeaderBytes = 48;
    private static ReadOnlySpan<byte> Magic => "pomisa training\n"u8[..8];

    private readonly TrainingRecipe _recipe;
    private readonly TextTokenizer _tokenizer;
    private readonly ParameterLayout _layout;
    private readonly FloatBuffer _parameters;
    private readonly FloatBuffer _gradient;
    private readonly AdamW _optimizer;
    private readonly TrainingPass _pass;

    /// <summary>Starts from weights drawn with the recipe's seed.</summary>
    /// <exception cref="ArgumentException">The tokenizer's vocabulary is not the recipe's.</exception>
    public Trainer(TrainingRecipe recipe, TextTokenizer tokenizer, WorkerPool pool)
    {
        if (tokenizer.Vocabulary > recipe.Shape.Vocabulary)
        {
            throw new ArgumentException($"The tokenizer has {tokenizer.Vocabulary} tokens, the recipe {recipe.Shape.Vocabulary}.");
        }

        _recipe = recipe;
        _tokenizer = tokenizer;
        _layout = new ParameterLayout(recipe.Shape);
        int padded = (_layout.Count + 15) & ~15;
        _parameters = new FloatBuffer(padded);
        _gradient = new FloatBuffer(padded);
        _optimizer = new AdamW(_layout, pool, recipe.WeightDecay);
        _pass = new TrainingPass(_layout, pool);
        DrawWeights();
    }

    /// <summary>Steps done.</summary>
    public int Steps { get; private set; }

    /// <summary>SHA-256 of all parameters as little-endian f32, in the layout's order.</summary>
    public Digest WeightDigest => Digest.Of(Parameters(_parameters));

    /// <summary>Does one step.</summary>
    public StepReport Step()
    {
        SequenceBatch batch = TrainingData.Batch(_recipe, _tokenizer, Steps);
        double loss = _pass.Run(_parameters, _gradient, batch);
        float rate = _recipe.RateAt(Steps);
        float norm = _optimizer.Step(_parameters, _gradient, Steps + 1, rate);
        Steps++;
        return new StepReport(Steps, loss, norm, batch.Tokens.Length, rate);
    }

    /// <summary>The weights as they stand, by name.</summary>
    public TrainedWeights Weights() => new(_layout.Shape, _parameters.Span[.._layout.Count].ToArray());

    /// <summary>Writes the whole state: to a new file first, then in place of <paramref name="path"/>.</summary>
    public void Save(string path)
    {
        var header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Steps);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), _layout.Count);
        _recipe.Identity.CopyTo(header.AsSpan(16));
        ReadOnlyMemory<byte>[] parts = [header, Parameters(_parameters).ToArray(), Parameters(_optimizer.Mean).ToArray(), Parameters(_optimizer.Square).ToArray()];
        AtomicFile.Write(path, parts, static (file, parts) =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (ReadOnlyMemory<byte> part in parts)
            {
                file.Write(part.Span);
                hash.AppendData(part.Span);
            }

            file.Write(hash.GetHashAndReset());
        });
    }

    /// <summary>Goes on from a saved state.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or belongs to another recipe.</exception>
    public void Load(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int part = _layout.Count * sizeof(float);
        if (bytes.Length != HeaderBytes + (3L * part) + Digest.Size || !bytes.AsSpan().StartsWith(Magic)
            || new Digest(bytes.AsSpan()[^Digest.Size..]) != Digest.Of(bytes.AsSpan()[..^Digest.Size]))
        {
            throw new InvalidDataException($"{path}: damaged, or no checkpoint of a model of this shape. Delete it to start afresh.");
        }

        int steps = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        if (new Digest(bytes.AsSpan(16, Digest.Size)) != _recipe.Identity || steps > _recipe.Steps)
        {
            throw new InvalidDataException($"{path}: a checkpoint of another recipe. Delete it to start afresh.");
        }

        bytes.AsSpan(HeaderBytes, part).CopyTo(_parameters.Bytes);
        bytes.AsSpan(HeaderBytes + part, part).CopyTo(_optimizer.Mean.Bytes);
        bytes.AsSpan(HeaderBytes + (2 * part), part).CopyTo(_optimizer.Square.Bytes);
        Steps = steps;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pass.Dispose();
        _optimizer.Dispose();
        _gradient.Dispose();
        _parameters.Dispose();
    }

    private ReadOnlySpan<byte> Parameters(FloatBuffer buffer) => MemoryMarshal.AsBytes(buffer.Span[.._layout.Count]);

    /// <summary>Matrices are drawn with variance 1/rows (those that write to the residual stream smaller still), norms are one.</summary>
    private void DrawWeights()
    {
        Span<float> all = _parameters.Span;
        var random = new SeededRandom(_recipe.Seed, 0);
        HashSet<int> residual = [.. _layout.Layers.SelectMany(l => new[] { l.Output, l.Down })];
        foreach ((int offset, int rows, int columns) in _layout.Matrices())
        {
            float spread = offset == 0 ? 0.02f : 1f / MathF.Sqrt(rows);
            spread = residual.Contains(offset) ? spread / MathF.Sqrt(2f * _layout.Shape.Layers) : spread;
            for (int i = 0; i < rows * columns; i++)
            {
                all[offset + i] = random.NextNormal() * spread;
            }
        }

        foreach (int offset in _layout.Norms())
        {
            all.Slice(offset, _layout.Shape.Dim).Fill(1f);
        }
    }
}
