using System.Collections.Immutable;
using System.Text;

namespace PomIsa.Isa.Verification;

/// <summary>Symbols, weights, states, inputs and signatures, before any code is looked at.</summary>
internal sealed class DeclarationCheck(Module module, FaultList faults)
{
    private readonly long[] _maxima = [.. module.Symbols.Select(s => (long)s.Max)];

    public void Run()
    {
        Count(module.Symbols.Length, Limits.Symbols);
        Count(module.Weights.Length, Limits.Weights);
        Count(module.States.Length, Limits.States);
        Count(module.Inputs.Length, Limits.Inputs);
        Count(module.Functions.Length, Limits.Functions);
        Count(module.Functions.Sum(f => (long)f.Registers.Length), Limits.RegistersInAll);
        Count(module.Functions.Sum(f => (long)f.Body.Length), Limits.Instructions);
        Each(module.Symbols, (symbol, i) =>
            Require(symbol.Max >= 1 && symbol.Max <= Limits.SymbolMaximum, FaultCode.BadSymbol, i));
        var names = new HashSet<string>(StringComparer.Ordinal);
        Each(module.Weights, (weight, i) => Weight(weight, i, names));
        Each(module.States, State);
        Each(module.Inputs, Input);
        if (faults.Count == 0)
        {
            Data();
        }
        Each(module.Functions, Signature);
        if (module.Entry < 0 || module.Entry >= module.Functions.Length
            || module.Functions[module.Entry] is not { Kind: FunctionKind.Driver, ParameterCount: 0, ResultCount: 0 })
        {
            faults.Add(FaultCode.BadEntry, -1, module.Entry);
        }
    }

    private static void Each<T>(ImmutableArray<T> items, Action<T, int> check)
    {
        for (int i = 0; i < items.Length; i++)
        {
            check(items[i], i);
        }
    }

    private void Count(long count, long limit) => Require(count <= limit, FaultCode.LimitExceeded, -1);

    private void Require(bool holds, FaultCode code, int subject, int function = -1)
    {
        if (!holds)
        {
            faults.Add(code, -1, function, subject);
        }
    }

    private void Weight(WeightEntry weight, int index, HashSet<string> names)
    {
        bool named = weight.Name.Length > 0 && Encoding.UTF8.GetByteCount(weight.Name) <= Limits.NameBytes
            && Format.TextRules.IsClean(Encoding.UTF8.GetBytes(weight.Name), lines: false);
        bool sized = weight.Shape.Length <= Limits.Rank && AllInRange(weight.Shape)
            && weight.Shape.Aggregate(SizeOf(weight.Element), static (bytes, dim) => Math.Min(bytes, Limits.TensorBytes + 1) * dim) <= Limits.TensorBytes;
        Require(named && sized, FaultCode.BadWeight, index);
        Require(names.Add(weight.Name) && WeightStorage.Suffixes(weight.Element).All(suffix => names.Add(weight.Name + suffix)),
            FaultCode.DuplicateName, index);
        if (!DTypes.IsKnown(weight.Element) || (weight.Layout == WeightLayout.Panels16 && !MayLieInPanels(weight.Element)))
        {
            faults.Add(FaultCode.UnsupportedType, -1, -1, index);
        }
        else if (sized)
        {
            Require(Layout(weight), FaultCode.BadLayout, index);
        }
    }

    // A quantized weight is counted as if it were f32, which covers its scales.
    private static long SizeOf(DType element) => DTypes.IsComputed(element) ? DTypes.SizeOf(element) : sizeof(float);

    private static bool MayLieInPanels(DType element) =>
        element is DType.F32 or DType.F16 or DType.BF16 or DType.W8 or DType.W4;

    private static bool Layout(WeightEntry weight)
    {
        if (weight.Layout == WeightLayout.Rows)
        {
            return DTypes.IsComputed(weight.Element);
        }

        (int multiple, int most) = weight.Element switch
        {
            DType.W8 => (4, Limits.W8Rows),
            DType.W4 => (32, Limits.W4Rows),
            _ => (1, Limits.Dimension),
        };
        return weight.Shape.Length == 2 && weight.Shape[1] % 16 == 0 && weight.Shape[0] % multiple == 0 && weight.Shape[0] <= most;
    }

    /// <summary>Each weight that the module brings along is of the size and has the digest that its declaration says.</summary>
    private void Data()
    {
        Require(module.Data.Sum(static d => (long)d.Bytes.Length) <= Limits.DataBytes, FaultCode.LimitExceeded, -1);
        int last = -1;
        foreach (WeightData data in module.Data)
        {
            bool names = data.Weight > last && data.Weight < module.Weights.Length;
            Require(names && data.Bytes.Length == WeightStorage.Bytes(module.Weights[data.Weight])
                && Digest.Of(data.Bytes.AsSpan()) == module.Weights[data.Weight].Digest, FaultCode.BadData, data.Weight);
            last = Math.Max(last, data.Weight);
        }
    }

    private void State(StateEntry state, int index)
    {
        bool symbol = state.Symbol >= 0 && state.Symbol < module.Symbols.Length;
        bool sized = DTypes.IsComputed(state.Element) && state.Row.Length is >= 1 and < Limits.Rank && AllInRange(state.Row)
            && state.MaxRows >= 1;
        Require(symbol && sized && StateSize.Of(state) <= Limits.TensorBytes, FaultCode.BadState, index);
        Require(!symbol || state.MaxRows <= module.Symbols[state.Symbol].Max, FaultCode.SymbolMaximum, index);
    }

    private void Input(InputEntry input, int index)
    {
        TensorType type = input.Type;
        Require(IsGood(type) && !type.Shape.Skip(1).Any(static d => d.IsSymbol), FaultCode.BadInput, index);
    }

    private void Signature(Function function, int index)
    {
        bool counts = function.ParameterCount is >= 0 and <= Limits.Parameters
            && function.ResultCount is >= 0 and <= Limits.Parameters
            && function.LocalCount is >= 0 and <= Limits.Locals
            && function.ParameterCount + function.ResultCount <= function.Registers.Length
            && function.Registers.Length <= Limits.Registers
            && (function.Kind == FunctionKind.Driver || (function.Kind == FunctionKind.Step && function.LocalCount == 0));
        Require(counts, FaultCode.BadSignature, -1, index);
        int before = faults.Count;
        for (int i = 0; i < function.Registers.Length; i++)
        {
            Require(IsGood(function.Registers[i]), FaultCode.BadRegister, i, index);
        }

        if (!counts || faults.Count > before)
        {
            return;
        }

        ImmutableArray<int> bound = FunctionSymbols.OfParameters(function);
        for (int i = 0; i < function.ResultCount; i++)
        {
            int register = function.ParameterCount + i;
            Require(function.Registers[register].Shape.All(d => !d.IsSymbol || bound.Contains(d.Symbol)),
                FaultCode.UnboundSymbol, register, index);
        }
    }

    private bool IsGood(TensorType type)
    {
        if (!DTypes.IsComputed(type.Element) || type.Rank > Limits.Rank)
        {
            return false;
        }

        foreach (Dim dim in type.Shape)
        {
            if (dim.IsSymbol ? dim.Symbol >= module.Symbols.Length : dim.Value > Limits.Dimension)
            {
                return false;
            }
        }

        // Without good maxima there is no size to speak of; that fault is the symbol's.
        return !Array.TrueForAll(_maxima, static m => m is > 0 and <= Limits.SymbolMaximum)
            || type.BytesAtLeast(_maxima) <= (UInt128)Limits.TensorBytes;
    }

    private static bool AllInRange(ImmutableArray<int> dims) => dims.All(static d => d is >= 1 and <= Limits.Dimension);
}
