using System.Globalization;

namespace PomIsa.Oracle.Cases;

/// <summary>Cases as spec/vectors/README.md describes them.</summary>
internal static class CaseJson
{
    public static Json Of(Case one) => Json.Object(
        ("name", Json.Of(one.Name)),
        ("reads", List(one.Reads, Of)),
        ("weights", List(one.Weights, Of)),
        ("states", List(one.States, Of)),
        ("symbols", one.Symbol is { } symbol ? Json.Object(("S", Json.Of(symbol))) : null),
        ("immediates", List(one.Immediates, static i => Json.Object((i.Kind, i.Value)))),
        ("stack", List(one.Stack, Json.Decimal)),
        ("prompt", one.Prompt is { } prompt ? Json.Of(prompt) : null),
        ("inputs", List(one.Inputs, Of)),
        ("sampling", one.Sampling is { } sampling ? Of(sampling) : null),
        ("into", List(one.Into, static i => Json.Object(("dtype", Json.Of(i.Element.Name())), ("shape", Json.Of(i.Shape))))),
        ("expect", Expect(one)));

    private static Json Expect(Case one)
    {
        if (one.Trap is { } trap)
        {
            return Json.Object(("trap", Json.Of(trap)));
        }

        string[] commitments = one.Commitments;
        return Json.Object(
            ("writes", List(one.Writes, Of)),
            ("pushes", List(one.Pushes, Json.Decimal)),
            ("states", one.After is { } after ? List(after, Of) : null),
            ("outputs", List(one.Outputs, static o => o is null ? Json.Null : Of(o))),
            ("scales", one.Product is { } product ? Bits(product.Scales.Element, product.Scales.Bits) : null),
            ("accumulators", one.Product is { } sums ? Bits(sums.Sums.Element, sums.Sums.Bits) : null),
            ("commitment", commitments.Length == 1 ? Json.Of(commitments[0]) : null),
            ("commitments", commitments.Length > 1 ? Json.List(commitments.Select(static c => Json.Of(c))) : null));
    }

    private static Json Of(Weight weight) => Json.Object(
        ("dtype", Json.Of(weight.Values.Element.Name())),
        ("shape", Json.Of(weight.Values.Shape)),
        ("bits", Bits(weight.Values.Element, weight.Values.Bits)),
        ("sub", weight.Sub.Length > 0 ? Json.Of(weight.Sub) : null),
        ("scale", weight.Scale.Length > 0 ? Json.List(weight.Scale.Select(static f => Json.Hex(f.Bits, 4))) : null));

    private static Json Of(Tensor tensor) => Json.Object(
        ("dtype", Json.Of(tensor.Element.Name())), ("shape", Json.Of(tensor.Shape)), ("bits", Bits(tensor.Element, tensor.Bits)));

    private static Json Of(StateRows state) => Json.Object(
        ("dtype", Json.Of(state.Element.Name())), ("row", Json.Of(state.Row)), ("max", Json.Of(state.Max)), ("bits", Bits(state.Element, state.Bits)));

    private static Json Of(Rules.SamplingRule rule) => Json.Object(
        ("seed", Json.Of(rule.Seed.ToString(CultureInfo.InvariantCulture))),
        ("temperature", Json.Hex(rule.Temperature.Bits, 4)),
        ("topP", Json.Hex(rule.TopP.Bits, 4)),
        ("topK", Json.Of(rule.TopK)));

    private static Json Bits(DType element, IEnumerable<ulong> bits) => Json.List(bits.Select(b => Json.Hex(b, element.Size())));

    private static Json? List<T>(T[] items, Func<T, Json> of) => items.Length > 0 ? Json.List(items.Select(of)) : null;
}
