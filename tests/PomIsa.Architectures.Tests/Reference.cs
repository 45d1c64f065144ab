using System.Text.Json.Nodes;

namespace PomIsa.Architectures.Tests;

/// <summary>The families as plain loops in f64, from configuration and tensors: written from what transformers computes, sharing nothing with the compiler.</summary>
internal sealed class Reference
{
    private readonly JsonObject _config;
    private readonly Dictionary<string, TestTensor> _tensors;
    private readonly string _type;
    private readonly int _context;

    /// <param name="model">The model.</param>
    /// <param name="context">Positions of the program that it is compared with, which decides what longrope does.</param>
    public Reference(TestModel model, int context)
    {
        (_config, _context) = ((JsonObject)JsonNode.Parse(model.Config.ToJsonString())!, context);
        _tensors = model.Tensors.ToDictionary(static t => t.Name);
        _type = (string)model.Config["model_type"]!;
    }

    /// <summary>Logits behind each token.</summary>
    public double[][] Logits(int[] ids) => _type switch
    {
        "gpt2" => Gpt2(ids),
        "gemma" or "gemma2" or "gemma3_text" => Gemma(ids),
        _ => Llama(ids),
    };

    private double[][] Llama(int[] ids)
    {
        int heads = Int("num_attention_heads"), kv = Int("num_key_value_heads"), dim = Int("hidden_size"), head = Int("head_dim", dim / heads), ffn = Int("intermediate_size");
        double eps = Real("rms_norm_eps", 1e-6);
        (double[] frequencies, double factor) = Frequencies((JsonObject?)_config["rope_scaling"], Real("rope_theta", _type == "smollm3" ? 2e6 : 10000), (int)(head * Real("partial_rotary_factor", 1)));
        double[][] x = [.. ids.Select(id => Row("model.embed_tokens.weight", id))];
        for (int layer = 0; layer < Int("num_hidden_layers"); layer++)
        {
            string at = $"model.layers.{layer}.";
            double[][] h = [.. x.Select(r => RmsNorm(r, at + "input_layernorm.weight", eps))];
            double[][] q, k, v;
            if (_type == "phi3")
            {
                double[][] qkv = [.. h.Select(r => Linear(r, at + "self_attn.qkv_proj"))];
                q = [.. qkv.Select(r => r[..(heads * head)])];
                k = [.. qkv.Select(r => r[(heads * head)..((heads + kv) * head)])];
                v = [.. qkv.Select(r => r[((heads + kv) * head)..])];
            }
            else
            {
                (q, k, v) = ([.. h.Select(r => Linear(r, at + "self_attn.q_proj"))], [.. h.Select(r => Linear(r, at + "self_attn.k_proj"))], [.. h.Select(r => Linear(r, at + "self_attn.v_proj"))]);
            }

            if (_type == "qwen3")
            {
                q = [.. q.Select(r => Each(r, head, part => RmsNorm(part, at + "self_attn.q_norm.weight", eps)))];
                k = [.. k.Select(r => Each(r, head, part => RmsNorm(part, at + "self_attn.k_norm.weight", eps)))];
            }

            if (_config["no_rope_layers"] is not JsonArray list || (int)list[layer]! == 1)
            {
                q = [.. q.Select((r, p) => Each(r, head, part => Turn(part, p, frequencies, factor)))];
                k = [.. k.Select((r, p) => Each(r, head, part => Turn(part, p, frequencies, factor)))];
            }

            int window = _type switch
            {
                "mistral" or "phi3" => Int("sliding_window", int.MaxValue),
                "qwen2" when (bool?)_config["use_sliding_window"] == true && layer >= Int("max_window_layers") => Int("sliding_window"),
                _ => int.MaxValue,
            };
            double[][] a = Attend(q, k, v, head, 1 / Math.Sqrt(head), window, null);
            x = [.. x.Select((r, t) => Sum(r, Linear(a[t], at + "self_attn.o_proj")))];
            x = [.. x.Select(r =>
            {
                double[] n = RmsNorm(r, at + "post_attention_layernorm.weight", eps), gate, up;
                if (_type == "phi3")
                {
                    double[] both = Linear(n, at + "mlp.gate_up_proj");
                    (gate, up) = (both[..ffn], both[ffn..]);
                }
                else
                {
                    (gate, up) = (Linear(n, at + "mlp.gate_proj"), Linear(n, at + "mlp.up_proj"));
                }

                return Sum(r, Linear([.. gate.Select((g, i) => g / (1 + Math.Exp(-g)) * up[i])], at + "mlp.down_proj"));
            })];
        }

        string output = _tensors.ContainsKey("lm_head.weight") ? "lm_head" : "model.embed_tokens";
        return [.. x.Select(r => Linear(RmsNorm(r, "model.norm.weight", eps), output))];
    }

    private double[][] Gemma(int[] ids)
    {
        int head = Int("head_dim"), dim = Int("hidden_size"), generation = _type switch { "gemma" => 1, "gemma2" => 2, _ => 3 };
        double eps = Real("rms_norm_eps", 1e-6), scale = 1 / Math.Sqrt(generation == 1 ? head : Real("query_pre_attn_scalar", 256));
        double? cap = (double?)_config["attn_logit_softcapping"], last = (double?)_config["final_logit_softcapping"];
        double[] Norm(double[] r, string name) => RmsNorm(r, name, eps, 1);
        double[][] x = [.. ids.Select(id => Row("model.embed_tokens.weight", id).Select(v => v * Math.Sqrt(dim)).ToArray())];
        for (int layer = 0; layer < Int("num_hidden_layers"); layer++)
        {
            string at = $"model.layers.{layer}.";
            bool local = generation > 1 && (_config["layer_types"] is JsonArray types
                ? (string)types[layer]! == "sliding_attention"
                : (layer + 1) % Int("sliding_window_pattern", generation == 3 ? 6 : 2) != 0);
            (double[] frequencies, double factor) = GemmaFrequencies(generation, local, head);
            double[][] h = [.. x.Select(r => Norm(r, at + "input_layernorm.weight"))];
            double[][] q = [.. h.Select(r => Linear(r, at + "self_attn.q_proj"))], k = [.. h.Select(r => Linear(r, at + "self_attn.k_proj"))];
            double[][] v = [.. h.Select(r => Linear(r, at + "self_attn.v_proj"))];
            if (generation == 3)
            {
                q = [.. q.Select(r => Each(r, head, part => Norm(part, at + "self_attn.q_norm.weight")))];
                k = [.. k.Select(r => Each(r, head, part => Norm(part, at + "self_attn.k_norm.weight")))];
            }

            q = [.. q.Select((r, p) => Each(r, head, part => Turn(part, p, frequencies, factor)))];
            k = [.. k.Select((r, p) => Each(r, head, part => Turn(part, p, frequencies, factor)))];
            double[][] a = Attend(q, k, v, head, scale, local ? Int("sliding_window") : int.MaxValue, cap);
            x = [.. x.Select((r, t) =>
            {
                double[] o = Linear(a[t], at + "self_attn.o_proj");
                return Sum(r, generation > 1 ? Norm(o, at + "post_attention_layernorm.weight") : o);
            })];
            x = [.. x.Select(r =>
            {
                double[] n = Norm(r, at + (generation > 1 ? "pre_feedforward_layernorm.weight" : "post_attention_layernorm.weight"));
                double[] gate = Linear(n, at + "mlp.gate_proj"), up = Linear(n, at + "mlp.up_proj");
                double[] o = Linear([.. gate.Select((g, i) => GeluTanh(g) * up[i])], at + "mlp.down_proj");
                return Sum(r, generation > 1 ? Norm(o, at + "post_feedforward_layernorm.weight") : o);
            })];
        }

        return [.. x.Select(r => Linear(Norm(r, "model.norm.weight"), "model.embed_tokens").Select(l => last is { } c ? c * Math.Tanh(l / c) : l).ToArray())];
    }

    private double[][] Gpt2(int[] ids)
    {
        string p = _tensors.ContainsKey("wte.weight") ? "" : "transformer.";
        int dim = Int("n_embd"), head = dim / Int("n_head");
        double[][] x = [.. ids.Select((id, at) => Sum(Row(p + "wte.weight", id), Row(p + "wpe.weight", at)))];
        for (int layer = 0; layer < Int("n_layer"); layer++)
        {
            string at = $"{p}h.{layer}.";
            double[][] qkv = [.. x.Select(r => Conv1D(LayerNorm(r, at + "ln_1"), at + "attn.c_attn"))];
            double scale = 1 / Math.Sqrt(head) / ((bool?)_config["scale_attn_by_inverse_layer_idx"] == true ? layer + 1 : 1);
            double[][] a = Attend([.. qkv.Select(r => r[..dim])], [.. qkv.Select(r => r[dim..(2 * dim)])], [.. qkv.Select(r => r[(2 * dim)..])], head, scale, int.MaxValue, null);
            x = [.. x.Select((r, t) => Sum(r, Conv1D(a[t], at + "attn.c_proj")))];
            x = [.. x.Select(r =>
            {
                double[] u = Conv1D(LayerNorm(r, at + "ln_2"), at + "mlp.c_fc");
                Func<double, double> activate = (string)_config["activation_function"]! == "gelu" ? Gelu : GeluTanh;
                return Sum(r, Conv1D([.. u.Select(activate)], at + "mlp.c_proj"));
            })];
        }

        return [.. x.Select(r => Linear(LayerNorm(r, p + "ln_f"), p + "wte"))];
    }

    private (double[] Frequencies, double Factor) GemmaFrequencies(int generation, bool local, int head)
    {
        if (_config["rope_parameters"] is JsonObject both)
        {
            var own = (JsonObject)both[local ? "sliding_attention" : "full_attention"]!;
            return Frequencies(own, (double)own["rope_theta"]!, head);
        }

        return generation == 3 && local
            ? Frequencies(null, Real("rope_local_base_freq", 10000), head)
            : Frequencies((JsonObject?)_config["rope_scaling"], Real("rope_theta", generation == 3 ? 1e6 : 10000), head);
    }

    private (double[] Frequencies, double Factor) Frequencies(JsonObject? scaling, double theta, int turned)
    {
        double[] plain = [.. Enumerable.Range(0, turned / 2).Select(i => Math.Pow(theta, -2.0 * i / turned))];
        switch ((string?)scaling?["rope_type"] ?? (string?)scaling?["type"] ?? "default")
        {
            case "linear":
                return ([.. plain.Select(f => f / (double)scaling!["factor"]!)], 1);
            case "llama3":
                double factor = (double)scaling!["factor"]!, low = (double)scaling["low_freq_factor"]!, high = (double)scaling["high_freq_factor"]!;
                double old = (double)scaling["original_max_position_embeddings"]!;
                return ([.. plain.Select(f =>
                {
                    double wave = 2 * Math.PI / f, smooth = ((old / wave) - low) / (high - low);
                    return wave < old / high ? f : wave > old / low ? f / factor : ((1 - smooth) * f / factor) + (smooth * f);
                })], 1);
            case "longrope":
                double original = Real("original_max_position_embeddings", 0), stretch = Real("max_position_embeddings", 0) / original;
                var list = (JsonArray)scaling![_context > original ? "long_factor" : "short_factor"]!;
                return ([.. plain.Select((f, i) => f / (double)list[i]!)], stretch <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(stretch) / Math.Log(original))));
            default:
                return (plain, 1);
        }
    }

    private static double[] Turn(double[] x, int position, double[] frequencies, double factor)
    {
        double[] y = [.. x];
        for (int i = 0; i < frequencies.Length; i++)
        {
            int j = i + frequencies.Length;
            double c = Math.Cos(position * frequencies[i]) * factor, s = Math.Sin(position * frequencies[i]) * factor;
            (y[i], y[j]) = ((x[i] * c) - (x[j] * s), (x[j] * c) + (x[i] * s));
        }

        return y;
    }

    private static double[][] Attend(double[][] q, double[][] k, double[][] v, int head, double scale, int window, double? cap)
    {
        int heads = q[0].Length / head, groups = heads / (k[0].Length / head);
        return [.. q.Select((row, t) =>
        {
            var y = new double[row.Length];
            for (int h = 0; h < heads; h++)
            {
                int at = h * head, kv = h / groups * head, first = window == int.MaxValue ? 0 : Math.Max(0, t - window + 1);
                double[] scores = [.. Enumerable.Range(first, t + 1 - first).Select(p =>
                {
                    double score = 0;
                    for (int i = 0; i < head; i++)
                    {
                        score += row[at + i] * k[p][kv + i];
                    }

                    score *= scale;
                    return cap is { } c ? c * Math.Tanh(score / c) : score;
                })];
                double most = scores.Max(), sum = scores.Sum(s => Math.Exp(s - most));
                for (int p = 0; p < scores.Length; p++)
                {
                    for (int i = 0; i < head; i++)
                    {
                        y[at + i] += Math.Exp(scores[p] - most) / sum * v[first + p][kv + i];
                    }
                }
            }

            return y;
        })];
    }

    private static double[] Each(double[] row, int head, Func<double[], double[]> map) => [.. row.Chunk(head).SelectMany(map)];

    private static double[] Sum(double[] a, double[] b) => [.. a.Select((x, i) => x + b[i])];

    private double[] RmsNorm(double[] x, string name, double eps, double plus = 0)
    {
        double r = 1 / Math.Sqrt(x.Average(static v => v * v) + eps);
        return [.. x.Select((v, i) => v * r * (_tensors[name].Values[i] + plus))];
    }

    private double[] LayerNorm(double[] x, string name)
    {
        double mean = x.Average(), r = 1 / Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + Real("layer_norm_epsilon", 1e-5));
        return [.. x.Select((v, i) => ((v - mean) * r * _tensors[name + ".weight"].Values[i]) + _tensors[name + ".bias"].Values[i])];
    }

    private double[] Row(string name, int row) => [.. _tensors[name].Values.Skip(row * _tensors[name].Columns).Take(_tensors[name].Columns).Select(static v => (double)v)];

    private double[] Linear(double[] x, string name)
    {
        TestTensor w = _tensors[name + ".weight"];
        TestTensor? b = _tensors.GetValueOrDefault(name + ".bias");
        return [.. Enumerable.Range(0, w.Rows).Select(n => x.Select((v, k) => v * w.Values[(n * w.Columns) + k]).Sum() + (b?.Values[n] ?? 0))];
    }

    private double[] Conv1D(double[] x, string name)
    {
        TestTensor w = _tensors[name + ".weight"], b = _tensors[name + ".bias"];
        return [.. Enumerable.Range(0, w.Columns).Select(n => x.Select((v, k) => v * w.Values[(k * w.Columns) + n]).Sum() + b.Values[n])];
    }

    private static double GeluTanh(double x) => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    /// <summary>By the integral of the normal density, in small steps.</summary>
    private static double Gelu(double x)
    {
        const int Steps = 2000;
        double sum = 0, step = x / Steps;
        for (int i = 0; i <= Steps; i++)
        {
            double t = i * step;
            sum += Math.Exp(-t * t / 2) * (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2);
        }

        return x * (0.5 + (sum * step / 3 / Math.Sqrt(2 * Math.PI)));
    }

    private int Int(string key, int? otherwise = null) => (int?)_config[key] ?? otherwise ?? throw new ArgumentException(key);

    private double Real(string key, double otherwise) => (double?)_config[key] ?? otherwise;
}
