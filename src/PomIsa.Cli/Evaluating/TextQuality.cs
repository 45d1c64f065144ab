using System.Globalization;
using System.Text.Json.Nodes;
using PomIsa.Packaging.Matrices;

namespace PomIsa.Cli.Evaluating;

/// <summary>How well a decoder predicts a text.</summary>
/// <param name="Weights">How its matrices are stored.</param>
/// <param name="Tokens">Tokens that were predicted.</param>
/// <param name="Perplexity">e to the mean of their negative log-likelihoods.</param>
/// <param name="Reference">The same of f32.</param>
/// <param name="Agreement">Share of places where the likeliest token is the one of f32.</param>
internal sealed record TextQuality(WeightKind Weights, int Tokens, double Perplexity, double Reference, double Agreement)
{
    /// <inheritdoc/>
    public override string ToString() => Weights == WeightKind.F32
        ? string.Create(CultureInfo.InvariantCulture, $"text      perplexity {Perplexity:G6} over {Tokens:N0} tokens")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"text      perplexity {Perplexity:G6} over {Tokens:N0} tokens, {Reference:G6} in f32 ({(Perplexity / Reference) - 1:+0.000 %;-0.000 %}); the likeliest token is that of f32 in {Agreement:P2}");

    public JsonObject Describe() => new()
    {
        ["tokens"] = Tokens,
        ["perplexity"] = Perplexity,
        ["perplexityF32"] = Reference,
        ["agreement"] = Agreement,
    };
}
