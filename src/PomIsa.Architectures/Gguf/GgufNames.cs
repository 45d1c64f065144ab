using System.Collections.Immutable;

namespace PomIsa.Architectures.Gguf;

/// <summary>What the tensors of a GGUF file are called in Hugging Face's words.</summary>
internal static class GgufNames
{
    private const string Block = "blk.";

    private static readonly ImmutableDictionary<string, string> Llama = new Dictionary<string, string>
    {
        ["token_embd"] = "model.embed_tokens",
        ["output_norm"] = "model.norm",
        ["output"] = "lm_head",
        ["attn_norm"] = "input_layernorm",
        ["ffn_norm"] = "post_attention_layernorm",
        ["attn_q"] = "self_attn.q_proj",
        ["attn_k"] = "self_attn.k_proj",
        ["attn_v"] = "self_attn.v_proj",
        ["attn_output"] = "self_attn.o_proj",
        ["attn_q_norm"] = "self_attn.q_norm",
        ["attn_k_norm"] = "self_attn.k_norm",
        ["attn_qkv"] = "self_attn.qkv_proj",
        ["ffn_gate"] = "mlp.gate_proj",
        ["ffn_up"] = "mlp.up_proj",
        ["ffn_down"] = "mlp.down_proj",
    }.ToImmutableDictionary();

    private static readonly ImmutableDictionary<string, string> Phi3 = Llama.SetItem("ffn_up", "mlp.gate_up_proj");

    private static readonly ImmutableDictionary<string, string> Gemma2 = Llama.SetItems(new Dictionary<string, string>
    {
        ["post_attention_norm"] = "post_attention_layernorm",
        ["ffn_norm"] = "pre_feedforward_layernorm",
        ["post_ffw_norm"] = "post_feedforward_layernorm",
    });

    private static readonly ImmutableDictionary<string, string> Gpt2 = new Dictionary<string, string>
    {
        ["token_embd"] = "wte",
        ["position_embd"] = "wpe",
        ["output_norm"] = "ln_f",
        ["output"] = "lm_head",
        ["attn_norm"] = "ln_1",
        ["ffn_norm"] = "ln_2",
        ["attn_qkv"] = "attn.c_attn",
        ["attn_output"] = "attn.c_proj",
        ["ffn_up"] = "mlp.c_fc",
        ["ffn_down"] = "mlp.c_proj",
    }.ToImmutableDictionary();

    /// <summary>The name; the file's own where it has no other, so that a message can say it.</summary>
    /// <param name="architecture">As <c>general.architecture</c> says it.</param>
    /// <param name="name">As the file calls the tensor.</param>
    public static string Translate(string architecture, string name)
    {
        ImmutableDictionary<string, string> names = architecture switch { "phi3" => Phi3, "gemma2" or "gemma3" => Gemma2, "gpt2" => Gpt2, _ => Llama };
        int dot = name.LastIndexOf('.');
        if (dot < 0)
        {
            return name;
        }

        string stem = name[..dot], kind = name[dot..], layer = "";
        if (stem.StartsWith(Block, StringComparison.Ordinal) && stem.IndexOf('.', Block.Length) is var end and > 0)
        {
            layer = stem[Block.Length..end];
            stem = stem[(end + 1)..];
        }

        if (!names.TryGetValue(stem, out string? found))
        {
            return name;
        }

        return layer.Length == 0 ? found + kind : architecture == "gpt2" ? $"h.{layer}.{found}{kind}" : $"model.layers.{layer}.{found}{kind}";
    }
}
