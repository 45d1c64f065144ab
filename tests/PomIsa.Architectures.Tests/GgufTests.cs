using PomIsa.Packaging.Weights;

namespace PomIsa.Architectures.Tests;

public sealed class GgufTests
{
    private static readonly int[] Prompt = [3, 17, 39, 0, 8, 8, 21];

    public static TheoryData<string, uint> Models
    {
        get
        {
            var data = new TheoryData<string, uint>();
            foreach (string name in GgufModel.Names)
            {
                foreach (uint type in (uint[])[GgufWriter.F32, GgufWriter.BF16, GgufWriter.Q8, GgufWriter.Q4])
                {
                    data.Add(name, type);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_gguf_file_gives_the_bits_of_the_folder_with_the_same_values(string name, uint type)
    {
        TestModel model = GgufModel.Of(name);
        using var folder = new TestFolder();
        File.WriteAllBytes(folder.At("model.gguf"), GgufModel.Write(model, type).ToArray());
        GgufModel.Kept(GptTurned(model, type), type).Write(folder.At("folder"));
        var options = new ArchitectureOptions { Context = 20 };
        float[][] file = Runs.Logits(folder.At("model.gguf"), options, Prompt), reference = Runs.Logits(folder.At("folder"), options, Prompt);
        Assert.Equal(reference.SelectMany(static row => row.Select(BitConverter.SingleToInt32Bits)), file.SelectMany(static row => row.Select(BitConverter.SingleToInt32Bits)));
        var weights = new MemoryWeights();
        ArchitectureResult result = ArchitectureCompiler.Compile(folder.At("model.gguf"), options, weights);
        Assert.Equal(name == "gemma3-plain" ? "gemma3" : name, result.Program.Name);
        Assert.Equal(type is GgufWriter.Q8 or GgufWriter.Q4, result.Notes.Any(static n => n.Contains("widened to f32", StringComparison.Ordinal)));
    }

    [Fact]
    public void Frequencies_of_llama_3_come_as_factors()
    {
        TestModel model = GgufModel.Of("llama-3.2");
        using var folder = new TestFolder();
        GgufWriter file = GgufModel.Write(model with { Config = Without(model, "rope_scaling") }, GgufWriter.F32);
        file.Add("rope_freqs.weight", [4], [1, 2, 4, 8], GgufWriter.F32);
        File.WriteAllBytes(folder.At("model.gguf"), file.ToArray());
        var weights = new MemoryWeights();
        ArchitectureCompiler.Compile(folder.At("model.gguf"), new ArchitectureOptions(), weights);
        float[] sines = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(weights.Contents[weights.Entries.Select(static e => e.Name).ToList().IndexOf("rope.sin")]).ToArray();
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(Math.Sin(Math.Pow(500000, -2.0 * i / 8) / (1 << i)), sines[4 + i], 1e-7);
        }
    }

    [Fact]
    public void A_super_block_of_6_bits_is_what_ggml_says()
    {
        // One block: low bits 5 in the first byte's low half and 9 in its high half, high bits 3 and 0, scales 2 and -1, all times 0.5.
        var block = new byte[210];
        block[0] = 0x95;
        block[128] = 0x03;
        block.AsSpan(192, 16).Fill(2);
        block[196] = 0xff;
        BitConverter.TryWriteBytes(block.AsSpan(208), (Half)0.5f);
        var values = new float[256];
        Sources.StoredFormat.Q6K.Widen(block, values);
        Assert.Equal(0.5f * 2 * (0x35 - 32), values[0]);
        Assert.Equal(0.5f * -1 * (9 - 32), values[64]);
        Assert.Equal(0.5f * 2 * -32, values[1]);
    }

    private static System.Text.Json.Nodes.JsonObject Without(TestModel model, string key)
    {
        model.Config.Remove(key);
        return model.Config;
    }

    /// <summary>Blocks go along the inputs, which GPT-2's folder has down its columns: quantized there as the file has them.</summary>
    private static TestModel GptTurned(TestModel model, uint type) => model.Name != "gpt2" ? model : model with
    {
        Tensors = [.. model.Tensors.Select(t =>
        {
            if (!t.Name.Contains(".c_") || t.Shape.Length == 1)
            {
                return t;
            }

            (int rows, int columns) = (t.Rows, t.Columns);
            float[] turned = GgufWriter.Kept([.. Enumerable.Range(0, rows * columns).Select(i => t.Values[(i % rows * columns) + (i / rows)])], type);
            return t with { Values = [.. Enumerable.Range(0, rows * columns).Select(i => turned[(i % columns * rows) + (i / columns)])] };
        })],
    };
}
