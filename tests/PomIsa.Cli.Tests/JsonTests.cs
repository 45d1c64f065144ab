using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using PomIsa.Cli.Json;
using PomIsa.Shards;

namespace PomIsa.Cli.Tests;

/// <summary>Our JSON beside the framework's: what we write is its to the character, and what we read without it, it reads alike.</summary>
public sealed class JsonTests
{
    private const int MaxDepth = 16;

    private static readonly JsonSerializerOptions Form = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Texts =
    [
        "", "a", "a \"b\" \\ / ' < & + ` \u007f", "\0\b\t\n\f\r\u001f", "\u00e4\u00f6\u20ac \u4e2d", "\ud83d\ude00", "\ud83d", "\ude00x", "\u2028\ufeff\uffff\u0378\u00a0\u0085", new('x', 300),
    ];

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", " ", "\n", "\"a\"", "\"b\"", "\"\\n\"", "\"\\u0041\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"", "\"\\x\"", "\"", "0", "-0", "01", "-", "12", "1.5", "1.", ".5", "1e5", "1E+", "18446744073709551615",
        "18446744073709551616", "2147483648", "1e999", "true", "false", "null", "tru", "\"\u00e4\"", "\u0001", "//", "'", "\\",
    ];

    [Fact]
    public void What_is_written_is_what_the_framework_writes()
    {
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            var ours = new JsonText();
            JsonObject theirs = Write(ours, null, random, 0);
            Assert.Equal(theirs.ToJsonString(Form), ours.ToString());
        }
    }

    private static JsonObject Write(JsonText ours, string? at, Random random, int depth)
    {
        var theirs = new JsonObject();
        ours.OpenObject(at);
        for (int i = random.Next(6); i > 0; i--)
        {
            string name = i + Texts[random.Next(5)];
            string text = Texts[random.Next(Texts.Length)];
            long number = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            double real = BitConverter.Int64BitsToDouble(random.NextInt64());
            real = double.IsFinite(real) ? random.Next(2) == 0 ? real : Math.Round(random.NextDouble(), 6) : 0;
            switch (random.Next(9))
            {
                case 0:
                    ours.Member(name, text);
                    theirs[name] = text;
                    break;
                case 1:
                    ours.Member(name, number);
                    theirs[name] = number;
                    break;
                case 2:
                    ours.Member(name, unchecked((ulong)number));
                    theirs[name] = unchecked((ulong)number);
                    break;
                case 3:
                    ours.Member(name, real);
                    theirs[name] = real;
                    break;
                case 4:
                    ours.Member(name, number > 0);
                    theirs[name] = number > 0;
                    break;
                case 5:
                    ours.Null(name);
                    theirs[name] = null;
                    break;
                case 6:
                    ours.OpenArray(name);
                    var array = new JsonArray();
                    for (int item = random.Next(3); item > 0; item--)
                    {
                        ours.Item(text);
                        ours.Item((int)number);
                        array.Add((JsonNode)text);
                        array.Add((JsonNode)(int)number);
                    }

                    ours.CloseArray();
                    theirs[name] = array;
                    break;
                default:
                    if (depth < 4)
                    {
                        theirs[name] = Write(ours, name, random, depth + 1);
                    }

                    break;
            }
        }

        ours.CloseObject();
        return theirs;
    }

    [Fact]
    public void What_is_read_without_the_framework_it_reads_alike()
    {
        var random = new Random(2);
        int read = 0;
        foreach (byte[] json in Cases(random))
        {
            if (PlainJsonReader.Read(json, MaxDepth) is { } ours)
            {
                read++;
                using JsonDocument theirs = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
                Same(new ElementJson(theirs.RootElement), ours);
            }
        }

        Assert.InRange(read, 500, int.MaxValue);
    }

    [Fact]
    public void What_we_write_is_read_without_the_framework()
    {
        foreach (string text in Texts)
        {
            var json = new JsonText();
            json.OpenObject();
            json.Member("text", text);
            json.OpenArray("none");
            json.CloseArray();
            json.CloseObject();
            JsonTree? read = PlainJsonReader.Read(Encoding.UTF8.GetBytes(json.ToString()), MaxDepth);
            Assert.NotNull(read);
            Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), read.Find("text")?.Text);
        }
    }

    [Fact]
    public void Deeper_and_wider_than_is_usual_is_left_to_the_framework()
    {
        Assert.NotNull(Read(new string('[', MaxDepth) + new string(']', MaxDepth)));
        Assert.Null(Read(new string('[', MaxDepth + 1) + new string(']', MaxDepth + 1)));
        Assert.Null(Read("{" + string.Join(",", Enumerable.Range(0, 65).Select(static i => $"\"{i}\":0")) + "}"));
        Assert.Null(Read("{\"a\":1,\"\\u0061\":2}"));
        Assert.Null(Read(new string('[', 1 << 20)));

        static JsonTree? Read(string json) => PlainJsonReader.Read(Encoding.UTF8.GetBytes(json), MaxDepth);
    }

    private static IEnumerable<byte[]> Cases(Random random)
    {
        for (int i = 0; i < 20_000; i++)
        {
            yield return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pieces[random.Next(Pieces.Length)])));
        }

        for (int i = 0; i < 5_000; i++)
        {
            var json = new JsonText();
            Write(json, null, random, 0);
            byte[] bytes = Encoding.UTF8.GetBytes(json.ToString());
            for (int changes = random.Next(3); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)])[0];
            }

            yield return bytes;
        }
    }

    private static void Same(JsonTree expected, JsonTree read)
    {
        Assert.Equal(expected.Kind, read.Kind);
        if (expected.Kind is JsonValueKind.String or JsonValueKind.Number)
        {
            Assert.Equal(expected.Text, read.Text);
        }

        if (expected.Kind is JsonValueKind.Array or JsonValueKind.Object)
        {
            Assert.Equal(expected.Items.Count, read.Items.Count);
            for (int i = 0; i < expected.Items.Count; i++)
            {
                Same(expected.Items[i], read.Items[i]);
            }
        }

        if (expected.Kind == JsonValueKind.Object)
        {
            Assert.Equal(expected.Names, read.Names);
            foreach (string name in expected.Names)
            {
                Same(expected.Find(name)!, read.Find(name)!);
            }

            Assert.Null(read.Find("no such name"));
        }
    }
}
