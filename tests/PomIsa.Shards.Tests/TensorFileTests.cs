using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace PomIsa.Shards.Tests;

public class TensorFileTests
{
    private static readonly TensorData[] Sample =
    [
        TensorData.F32("a.w", [2, 3], [1, -0f, float.NaN, float.PositiveInfinity, 1e-45f, 6]),
        TensorData.I8("b", [5], [1, -2, 3, -128, 127]),
        new TensorData("empty", "I64", [0, 7], ReadOnlyMemory<byte>.Empty),
        new TensorData("scalar", "BF16", [], new byte[] { 1, 2 }),
    ];

    [Fact]
    public void The_example_of_the_spec_has_these_bytes()
    {
        byte[] file = TensorFile.Encode([TensorData.I8("x", [2], [1, -1])]);
        const string Json = "{\"x\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[0,2]}}";
        Assert.Equal((ulong)56, BinaryPrimitives.ReadUInt64LittleEndian(file));
        Assert.Equal(Json.PadRight(56), Encoding.ASCII.GetString(file, 8, 56));
        Assert.Equal([1, 255], file[64..]);
    }

    [Fact]
    public void What_was_written_is_read_back_and_the_data_is_aligned()
    {
        using var scratch = new Scratch();
        string path = Path.Combine(scratch.Root, "a.shard");
        TensorFile.Write(path, Sample);
        byte[] file = File.ReadAllBytes(path);
        Assert.Equal(TensorFile.Encode(Sample), file);
        Assert.True(TensorFile.TryReadHeader(file, out TensorFileHeader? header, out _));
        Assert.Equal(0, header.DataStart % TensorFile.Alignment);
        Assert.Equal(Sample.Length, header.Tensors.Length);
        foreach (TensorData tensor in Sample)
        {
            TensorInfo info = header.Find(tensor.Name)!;
            Assert.Equal(tensor.DType, info.DType);
            Assert.Equal<long>(tensor.Shape, info.Shape);
            Assert.Equal(tensor.Bytes.ToArray(), file[(int)(header.DataStart + info.Begin)..(int)(header.DataStart + info.End)]);
        }

        using FileStream stream = File.OpenRead(path);
        Assert.True(TensorFile.TryReadHeader(stream, out TensorFileHeader? streamed, out _));
        Assert.Equal<TensorInfo>(header.Tensors, streamed.Tensors);
        Assert.Empty(Directory.GetFiles(scratch.Root, "*.new"));
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8, ShardFaultCode.TensorDTypeUnknown)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, ShardFaultCode.TensorSize)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 3, ShardFaultCode.TensorRange)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4, ShardFaultCode.TensorRange)]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 5, ShardFaultCode.TensorGap)]
    [InlineData("{\"a\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[0,2]},\"b\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[1,3]}}", 3, ShardFaultCode.TensorGap)]
    [InlineData("{\"a\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]},\"b\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[2,3]}}", 3, ShardFaultCode.TensorGap)]
    [InlineData("{\"a\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]},\"a\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, ShardFaultCode.HeaderMalformed)]
    [InlineData("{\"a\":{\"dtype\":\"I8\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", 0, ShardFaultCode.TensorSize)]
    [InlineData("{\"a\":{\"dtype\":\"I8\",\"shape\":[-1],\"data_offsets\":[0,0]}}", 0, ShardFaultCode.TensorMalformed)]
    [InlineData("{\"a\":{\"dtype\":\"I8\",\"shape\":[1.5],\"data_offsets\":[0,1]}}", 1, ShardFaultCode.TensorMalformed)]
    [InlineData("{\"a\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1],\"more\":0}}", 1, ShardFaultCode.TensorMalformed)]
    [InlineData("{\"a\":{\"dtype\":\"I8\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,1]}}", 1, ShardFaultCode.TensorMalformed)]
    [InlineData("{\"a\":{\"dtype\":\"\\ud800\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, ShardFaultCode.TensorMalformed)]
    [InlineData("{\"\\ud800\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, ShardFaultCode.HeaderMalformed)]
    [InlineData("{\"__metadata__\":{\"a\":1}}", 0, ShardFaultCode.HeaderMalformed)]
    [InlineData(" {}", 0, ShardFaultCode.HeaderMalformed)]
    [InlineData("[]", 0, ShardFaultCode.HeaderMalformed)]
    [InlineData("", 0, ShardFaultCode.HeaderMalformed)]
    [InlineData("{\"a\":[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]}", 0, ShardFaultCode.HeaderMalformed)]
    public void A_header_that_lies_is_refused_by_name(string json, int dataLength, ShardFaultCode code)
    {
        Assert.False(TensorFile.TryReadHeader(Framed(json, dataLength), out _, out ShardFault fault));
        Assert.Equal(code, fault.Code);
        Assert.NotEmpty(fault.Describe());
    }

    [Fact]
    public void A_header_is_read_alike_with_and_without_a_reader_of_JSON()
    {
        TensorInfo[] tensors =
        [
            .. Sample.Select(static (t, i) => new TensorInfo(t.Name, t.DType, t.Shape, i < 1 ? 0 : i < 2 ? 24 : 29, i < 1 ? 24 : i < 3 ? 29 : 31)),
            new TensorInfo("model.layers.0.w", "U8", [1, 1, 1, 1, 1, 1, 1, 3], 31, 34),
            new TensorInfo("last", "BOOL", [1], 34, 35),
        ];
        byte[] written = TensorFile.Header(tensors)[8..];
        Assert.True(WrittenHeader.TryRead(written, 35, out List<TensorInfo>? all));
        Assert.Equal(tensors, all);
        string[] pieces = ["{", "}", "[", "]", ",", ":", "\"", " ", "\\", "\"a.w\"", "\"b\"", "\"__metadata__\"", "0", "00", "-1", "1.0", "24", "999999999999999999", "9999999999999999999", "\"F32\"", "\"F64\"", "\u00e4", "\n", "\"\\u0061.w\"", "{}"];
        var random = new Random(3);
        int read = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] json = [.. written];
            for (int changes = random.Next(3); changes > 0; changes--)
            {
                int at = random.Next(json.Length), length = random.Next(Math.Min(4, json.Length - at));
                byte[] piece = random.Next(3) == 0 ? [(byte)random.Next(256)] : Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]);
                json = random.Next(2) == 0 ? [.. json[..at], .. piece, .. json[(at + length)..]] : [.. json[..at], .. json[(at + length)..]];
            }

            long data = random.Next(8) == 0 ? random.Next(40) : 35;
            read += WrittenHeader.TryRead(json, data, out _) ? 1 : 0;
            bool expected = TensorHeaderReader.TryReadAny(json, data, out TensorFileHeader? theirs, out ShardFault fault);
            Assert.Equal(expected, TensorHeaderReader.TryRead(json, data, out TensorFileHeader? ours, out ShardFault same));
            Assert.Equal(fault, same);
            Assert.Equal<TensorInfo>(theirs?.Tensors ?? [], ours?.Tensors ?? []);
            Assert.Equal((theirs?.DataStart, theirs?.DataLength, theirs?.Metadata.Count), (ours?.DataStart, ours?.DataLength, ours?.Metadata.Count));
        }

        Assert.InRange(read, 3000, 19_000);
    }

    [Fact]
    public void Tensors_may_be_listed_in_any_order_and_metadata_is_read()
    {
        const string Json = "{\"__metadata__\":{\"format\":\"pt\"},\"b\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[1,2]},\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}  ";
        Assert.True(TensorFile.TryReadHeader(Framed(Json, 2), out TensorFileHeader? header, out _));
        Assert.Equal(["a", "b"], header.Tensors.Select(static t => t.Name));
        Assert.Equal("pt", header.Metadata["format"]);
    }

    [Fact]
    public void A_file_cut_at_any_byte_is_refused()
    {
        byte[] file = TensorFile.Encode(Sample);
        for (int length = 0; length < file.Length; length++)
        {
            Assert.False(TensorFile.TryReadHeader(file.AsSpan(0, length), out _, out ShardFault fault));
            Assert.NotEqual(ShardFaultCode.None, fault.Code);
            using var stream = new MemoryStream(file, 0, length);
            Assert.False(TensorFile.TryReadHeader(stream, out _, out ShardFault streamed));
            Assert.Equal(fault, streamed);
        }
    }

    [Property(MaxTest = 2000)]
    public Property A_mutated_header_never_throws_and_never_leaves_the_file()
    {
        byte[] good = TensorFile.Encode(Sample);
        int head = good.Length - 32;
        Gen<(int, byte)[]> edits = Gen.ArrayOf(
            from at in Gen.Choose(0, head)
            from value in Gen.Frequency((3, Gen.Elements("0123456789\"{}[],:\\u"u8.ToArray())), (1, Gen.Choose(0, 255).Select(static v => (byte)v)))
            select (at, value)).Where(static a => a.Length is > 0 and < 6);
        return Prop.ForAll(edits.ToArbitrary(), changes =>
        {
            byte[] file = [.. good];
            foreach ((int at, byte value) in changes)
            {
                file[at] = value;
            }

            return !TensorFile.TryReadHeader(file, out TensorFileHeader? header, out ShardFault fault)
                ? fault.Code != ShardFaultCode.None
                : header.DataStart + header.DataLength == file.Length
                  && header.Tensors.All(t => t.Begin >= 0 && t.Begin <= t.End && t.End <= header.DataLength);
        });
    }

    [Fact]
    public void A_tensor_that_does_not_fit_its_shape_is_a_callers_bug()
    {
        Assert.Throws<ArgumentException>(() => TensorFile.Encode([TensorData.I8("x", [3], [1, 2])]));
        Assert.Throws<ArgumentException>(() => TensorFile.Encode([new TensorData("x", "F64", [0], default)]));
        Assert.Throws<ArgumentException>(() => TensorFile.Encode([TensorData.I8("a\"b", [1], [1])]));
        Assert.Throws<ArgumentException>(() => TensorFile.Encode([TensorData.I8("x", [1], [1]), TensorData.I8("x", [1], [1])]));
    }

    private static byte[] Framed(string json, int dataLength)
    {
        var file = new byte[8 + Encoding.UTF8.GetByteCount(json) + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)Encoding.UTF8.GetByteCount(json));
        Encoding.UTF8.GetBytes(json, file.AsSpan(8));
        return file;
    }
}
