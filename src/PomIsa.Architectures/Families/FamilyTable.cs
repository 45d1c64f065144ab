using System.Collections.Immutable;
using PomIsa.Architectures.Configuration;

namespace PomIsa.Architectures.Families;

/// <summary>An architecture that can be compiled.</summary>
/// <param name="ModelType">As <c>config.json</c> says it in <c>model_type</c>.</param>
/// <param name="Plan">Makes a plan of a configuration.</param>
internal sealed record DecoderFamily(string ModelType, Func<PlanRequest, DecoderPlan> Plan)
{
    /// <summary>Whether its linear layers lie as [K,N] in safetensors files.</summary>
    public bool InputsFirst { get; init; }
}

/// <summary>All architectures that can be compiled.</summary>
internal static class FamilyTable
{
    public static ImmutableArray<DecoderFamily> All { get; } =
    [
        new("llama", LlamaFamily.Llama),
        new("mistral", LlamaFamily.Mistral),
        new("qwen2", LlamaFamily.Qwen2),
        new("qwen3", LlamaFamily.Qwen3),
        new("phi3", LlamaFamily.Phi3),
        new("smollm3", LlamaFamily.SmolLm3),
        new("gemma", GemmaFamily.Gemma),
        new("gemma2", GemmaFamily.Gemma2),
        new("gemma3_text", GemmaFamily.Gemma3),
        new("gemma3", GemmaFamily.Gemma3),
        new("gpt2", Gpt2Family.Gpt2) { InputsFirst = true },
    ];

    /// <summary>The family of a configuration.</summary>
    /// <exception cref="ArchitectureException">It is none of them; says which there are.</exception>
    public static DecoderFamily Of(ModelConfig config)
    {
        string? type = config.Text("model_type");
        DecoderFamily? family = All.FirstOrDefault(f => f.ModelType == type);
        string known = string.Join(", ", All.Select(static f => f.ModelType));
        if (family is null)
        {
            throw new ArchitectureException($"config.json: model_type {(type is null ? "is missing" : $"'{type}' is not known")}; known are {known}");
        }

        if (config.Has("quantization_config"))
        {
            throw new ArchitectureException("config.json: quantization_config says that the weights are quantized already, which is not read; take the model in f32, f16 or bf16");
        }

        return family;
    }
}
