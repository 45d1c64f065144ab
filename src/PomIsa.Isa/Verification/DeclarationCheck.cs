using System.Collections.Immutable;
using System.Text;

namespace PomIsa.Isa.Verification;

/// <summary>Symbols, weights, states, inputs and signatures, before any code is looked at.</summary>
internal sealed class DeclarationCheck(Module module, FaultList faults)
{
    private readonly long[] _maxima = FunctionSymbols.Maxima(module);
    private bool _hasMaxima = true;

    public void Run()
    {
        Count(module.Symbols.Length, Limits.Symbols);
        Count(module.Weights.Length, Limits.Weights);
        Count(module.States.Length, Limits.States);
        Count(module.Inputs.Length, Limits.Inputs);
        Count(module.Functions.Length, Limits.Functions);
        long registers = 0, instructions = 0;
        foreach (Function function in module.Functions)
        {
            registers += function.Registers.Length;
            instructions += function.Body.Length;
        }

        Count(registers, Limits.RegistersInAll);
        Count(instructions, Limits.Instructions);
        for (int i = 0; i < module.Symbols.Length; i++)
        {
            bool isMaximum = _maxima[i] is >= 1 and <= Limits.SymbolMaximum;
            Require(isMaximum, FaultCode.BadSymbol, i);
            _hasMaxima &= isMaximum;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < module.Weights.Length; i++)
        {
            Weight(module.Weights[i], i, names);
        }

        for (int i = 0; i < module.States.Length; i++)
        {
            State(module.States[i], i);
        }

        for (int i = 0; i < module.Inputs.Length; i++)
        {
            Input(module.Inputs[i], i);
        }

        if (faults.Count == 0)
        {
            Data();
        }

        for (int i = 0; i < module.Functions.Length; i++)
        {
            Signature(module.Functions[i], i);
        }

        if (module.Entry < 0 || module.Entry >= module.Functions.Length
            || module.Functions[module.Entry] is not { Kind: FunctionKind.Driver, ParameterCount: 0, ResultCount: 0 })
        {
            faults.Add(FaultCode.BadEntry, -1, module.Entry);
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
        bool sized = weight.Shape.Length <= Limits.Rank && AllInRange(weight.Shape) && Bytes(weight) <= Limits.TensorBytes;
        Require(named && sized, FaultCode.BadWeight, index);
        bool isNew = names.Add(weight.Name);
        foreach (string suffix in WeightStorage.Suffixes(weight.Element))
        {
            isNew = isNew && names.Add(weight.Name + suffix);
        }

        Require(isNew, FaultCode.DuplicateName, index);
        if (!DTypes.IsKnown(weight.Element) || (weight.Layout == WeightLayout.Panels16 && !MayLieInPanels(weight.Element)))
        {
            faults.Add(FaultCode.UnsupportedType, -1, -1, index);
        }
        else if (sized)
        {
            Require(Layout(weight), FaultCode.BadLayout, index);
        }
    }

    private static long Bytes(WeightEntry weight)
    {
        long bytes = SizeOf(weight.Element);
        foreach (int dim in weight.Shape)
        {
            bytes = Math.Min(bytes, Limits.TensorBytes + 1) * dim;
        }

        return bytes;
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
        long bytes = 0;
        foreach (WeightData data in module.Data)
        {
            bytes += data.Bytes.Length;
        }

        Require(bytes <= Limits.DataBytes, FaultCode.LimitExceeded, -1);
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
        bool isGood = IsGood(type);
        for (int axis = 1; axis < type.Rank; axis++)
        {
            isGood &= !type.Shape[axis].IsSymbol;
        }

        Require(isGood, FaultCode.BadInput, index);
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
            bool isBound = true;
            foreach (Dim dim in function.Registers[register].Shape)
            {
                isBound &= !dim.IsSymbol || FunctionSymbols.Has(bound, dim.Symbol);
            }

            Require(isBound, FaultCode.UnboundSymbol, register, index);
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
        return !_hasMaxima || type.BytesAtLeast(_maxima) <= (UInt128)Limits.TensorBytes;
    }

    private static bool AllInRange(ImmutableArray<int> dims)
    {
        foreach (int dim in dims)
        {
            if (dim is < 1 or > Limits.Dimension)
            {
                return false;
            }
        }

        return true;
    }
}
