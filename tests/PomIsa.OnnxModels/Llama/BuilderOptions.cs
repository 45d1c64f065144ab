namespace PomIsa.OnnxModels.Llama;

/// <summary>What the model builder of ONNX Runtime GenAI is asked for.</summary>
/// <param name="Grouped">GroupQueryAttention with rotation inside; else RotaryEmbedding and MultiHeadAttention with a mask.</param>
/// <param name="Packed">One product for q, k and v, and one for gate and up.</param>
/// <param name="Bits">Of a weight: 32 for MatMul, 4 or 8 for MatMulNBits.</param>
/// <param name="LastOnly">Logits of the last token only (its prune_lm_head).</param>
public sealed record BuilderOptions(bool Grouped = true, bool Packed = false, int Bits = 32, bool LastOnly = false);
