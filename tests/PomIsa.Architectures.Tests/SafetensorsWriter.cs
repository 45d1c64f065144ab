using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace PomIsa.Architectures.Tests;

/// <summary>Writes safetensors files as Hugging Face does: metadata, any order, one file or several with an index.</summary>
internal static class SafetensorsWriter
{
    public static void Write(string path, string dtype, IEnumerable<TestTensor> tensors)
    {
        var header = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        using var data = new MemoryStream();
        foreach (TestTensor tensor in tensors)
        {
            long begin = data.Length;
            foreach (float value in tensor.Values)
            {
                data.Write(Bytes(value, dtype));
            }

            header[tensor.Name] = new JsonObject
            {
                ["dtype"] = dtype,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(static d => (JsonNode)d)]),
                ["data_offsets"] = new JsonArray(begin, data.Length),
            };
        }

        byte[] json = Encoding.UTF8.GetBytes(header.ToJsonString());
        using FileStream file = File.Create(path);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        file.Write(length);
        file.Write(json);
        data.WriteTo(file);
    }

    /// <summary>Two files and their index.</summary>
    public static void WriteTwo(string folder, string dtype, IReadOnlyList<TestTensor> tensors)
    {
        var map = new JsonObject();
        string[] names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
        for (int part = 0; part < 2; part++)
        {
            TestTensor[] own = [.. tensors.Where((_, i) => i % 2 == part)];
            Write(Path.Combine(folder, names[part]), dtype, own);
            foreach (TestTensor tensor in own)
            {
                map[tensor.Name] = names[part];
            }
        }

        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), new JsonObject { ["metadata"] = new JsonObject(), ["weight_map"] = map }.ToJsonString());
    }

    private static byte[] Bytes(float value, string dtype)
    {
        var bytes = new byte[dtype == "F32" ? 4 : 2];
        switch (dtype)
        {
            case "F32":
                BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
                break;
            case "F16":
                BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)value);
                break;
            default:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)); // cut off: the test's values have no more bits
                break;
        }

        return bytes;
    }
}
