namespace PomIsa.OnnxModels.Tests.Operators;

/// <summary>What operators are tried with: families of cases, each drawing its numbers from one source.</summary>
internal static class Catalogue
{
    public static Dictionary<string, Func<Make, IEnumerable<OperatorCase>>> Families { get; } = new()
    {
        ["arithmetic"] = ElementwiseCases.Arithmetic,
        ["functions"] = ElementwiseCases.Functions,
        ["comparisons"] = ElementwiseCases.Comparisons,
        ["bits"] = ElementwiseCases.Bits,
        ["cast"] = ElementwiseCases.Cast,
        ["clip"] = ElementwiseCases.Clip,
        ["variadic"] = ElementwiseCases.Variadic,
        ["reduce"] = ReductionCases.Reduce,
        ["arg"] = ReductionCases.Arg,
        ["along"] = ReductionCases.Along,
        ["cumulative"] = ReductionCases.Cumulative,
        ["topk"] = ReductionCases.TopK,
        ["matmul"] = ProductCases.MatMul,
        ["gemm"] = ProductCases.Gemm,
        ["einsum"] = ProductCases.Einsum,
        ["shape"] = MovingCases.Shapes,
        ["slice"] = MovingCases.Slices,
        ["join"] = MovingCases.Joins,
        ["pad"] = MovingCases.Pads,
        ["gather"] = MovingCases.Gathers,
        ["scatter"] = MovingCases.Scatters,
        ["select"] = MovingCases.Selects,
        ["norms"] = ReductionCases.Norms,
        ["quantize"] = ProductCases.Quantize,
        ["windows"] = ProductCases.Windows,
        ["recurrent"] = ProductCases.Recurrent,
        ["activations"] = ElementwiseCases.Activations,
        ["contrib"] = ContribCatalogue.Small,
        ["attention"] = ContribCatalogue.Attention,
        ["attention.standard"] = ContribCatalogue.Standard,
        ["losses"] = ReductionCases.Losses,
    };
}
