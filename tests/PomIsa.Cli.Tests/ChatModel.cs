using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PomIsa.Cli.Tests;

/// <summary>A folder as Hugging Face has them: a small Llama with random weights, a tokenizer of bytes, and a chat template.</summary>
internal static class ChatModel
{
    public const string Template =
        "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] | trim + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private const int Vocabulary = 260, Dim = 32, Ffn = 64, Layers = 2, Context = 256;

    public static void Write(string folder, string? template = Template)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), new JsonObject
        {
            ["model_type"] = "llama",
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["hidden_size"] = Dim,
            ["intermediate_size"] = Ffn,
            ["num_hidden_layers"] = Layers,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 2,
            ["vocab_size"] = Vocabulary,
            ["max_position_embeddings"] = Context,
            ["rms_norm_eps"] = 1e-5,
            ["hidden_act"] = "silu",
            ["tie_word_embeddings"] = true,
            ["bos_token_id"] = 256,
            ["eos_token_id"] = 258,
        }.ToJsonString());
        Tokenizer(folder, template);
        Weights(Path.Combine(folder, "model.safetensors"));
    }

    private static void Tokenizer(string folder, string? template)
    {
        string[] special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
        var vocab = new JsonObject();
        var added = new JsonArray();
        foreach (char letter in PomIsa.Text.ByteAlphabet.Of)
        {
            vocab[letter.ToString()] = vocab.Count;
        }

        for (int i = 0; i < special.Length; i++)
        {
            added.Add(new JsonObject { ["id"] = 256 + i, ["content"] = special[i], ["special"] = true, ["normalized"] = false, ["lstrip"] = false, ["rstrip"] = false, ["single_word"] = false });
        }

        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), new JsonObject
        {
            ["added_tokens"] = added,
            ["normalizer"] = null,
            ["pre_tokenizer"] = JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}"""),
            ["decoder"] = JsonNode.Parse("""{"type":"ByteLevel"}"""),
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocab, ["merges"] = new JsonArray() },
        }.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), JsonSerializer.Serialize(new { bos_token = "<|endoftext|>", eos_token = "<|im_end|>", chat_template = template }));
    }

    private static void Weights(string path)
    {
        var random = new Random(5);
        var tensors = new List<(string Name, int[] Shape)> { ("model.embed_tokens.weight", [Vocabulary, Dim]), ("model.norm.weight", [Dim]) };
        for (int i = 0; i < Layers; i++)
        {
            string at = $"model.layers.{i}.";
            tensors.AddRange(
            [
                (at + "input_layernorm.weight", [Dim]), (at + "post_attention_layernorm.weight", [Dim]), (at + "self_attn.q_proj.weight", [Dim, Dim]),
                (at + "self_attn.k_proj.weight", [Dim / 2, Dim]), (at + "self_attn.v_proj.weight", [Dim / 2, Dim]), (at + "self_attn.o_proj.weight", [Dim, Dim]),
                (at + "mlp.gate_proj.weight", [Ffn, Dim]), (at + "mlp.up_proj.weight", [Ffn, Dim]), (at + "mlp.down_proj.weight", [Dim, Ffn]),
            ]);
        }

        var header = new JsonObject();
        using var data = new MemoryStream();
        foreach ((string name, int[] shape) in tensors)
        {
            int count = shape.Aggregate(1, static (a, b) => a * b);
            long begin = data.Length;
            for (int i = 0; i < count; i++)
            {
                data.Write(BitConverter.GetBytes(shape.Length == 1 ? 1f : (float)((random.NextDouble() - 0.5) * 0.8)));
            }

            header[name] = new JsonObject { ["dtype"] = "F32", ["shape"] = new JsonArray([.. shape.Select(s => (JsonNode)s)]), ["data_offsets"] = new JsonArray(begin, data.Length) };
        }

        byte[] json = Encoding.UTF8.GetBytes(header.ToJsonString());
        using FileStream file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)json.Length));
        file.Write(json);
        data.WriteTo(file);
    }
}
