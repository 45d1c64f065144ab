using System.Collections.Immutable;
using PomIsa.Isa;

namespace PomIsa.Fuzz.Generation;

/// <summary>Instructions of any row: operands that fit the row's patterns, types as its own rule infers them.</summary>
/// <remarks>
/// What the patterns say is enough for most rows. <see cref="Immediates"/> and <see cref="SpecialRows"/> know the rest; whatever
/// they propose, the row's rule has the last word, and what it refuses is drawn again.
/// </remarks>
internal sealed class InstructionMaker(Body body)
{
    private const int Attempts = 6;

    public Body Body { get; } = body;

    public Draft Draft => Body.Draft;

    public Choices Choices => Body.Draft.Choices;

    /// <summary>Adds an instruction of the row, with what has to stand before it; false if nothing fits here.</summary>
    public bool TryAdd(OpcodeRow row)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (SpecialRows.Find(row) is { } special ? special(this, row) : TryPatterns(row))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Adds the instruction with these operands if the row's rule takes them. Registers to write are left out: they get the types
    /// that the rule infers, or <paramref name="declared"/> where the row has no rule for them.
    /// </summary>
    public bool TryAdd(OpcodeRow row, ReadOnlySpan<ulong> operands, TensorType? declared = null)
    {
        var all = new Operand[row.OperandCount];
        int next = 0, written = 0;
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = IsWritten(row, i) ? Operand.Of(Body.Registers + written++) : new Operand(operands[next++]);
        }

        Module module = Draft.Module;
        var request = new InferRequest(module, new Instruction(row, [.. all]), r => r >= Body.Registers ? declared : Body.TypeOf(r));
        if (!request.TryInfer(out ImmutableArray<TensorType> types) || !types.All(Draft.IsSmall))
        {
            return false;
        }

        int[] reads = [.. Enumerable.Range(0, row.Operands.Length)
            .Where(i => row.Operands[i] is { Kind: OperandKind.Register, Effect: Effect.Read }).Select(i => all[i].Index)];
        written = 0;
        var results = new List<int>();
        for (int i = 0; i < all.Length; i++)
        {
            if (IsWritten(row, i))
            {
                int register = Body.Result(types[written++], [.. reads, .. results], row.InPlace && results.Count == 0);
                all[i] = Operand.Of(register);
                results.Add(register);
            }
        }

        Body.Code.Add(new Instruction(row, [.. all]));
        Body.Assigned.UnionWith(results);
        return true;
    }

    /// <summary>A register with a value that fits; its index, or -1.</summary>
    /// <param name="operand">Pattern and element types.</param>
    /// <param name="pattern">Letters bound so far; more of them afterwards.</param>
    /// <param name="element">The only element type that will do, if there is one.</param>
    public int Read(OperandRow operand, Pattern pattern, DType? element = null)
    {
        ReadOnlySpan<DType> types = element is { } only ? [only] : operand.Types.AsSpan();
        if (Choices.Chance(85))
        {
            foreach (int register in Choices.Shuffle(Body.Assigned))
            {
                TensorType type = Body.TypeOf(register)!;
                if ((types.IsEmpty || types.Contains(type.Element)) && pattern.Copy().Match(operand.Shape, type.Shape.AsSpan()))
                {
                    pattern.Match(operand.Shape, type.Shape.AsSpan());
                    return register;
                }
            }
        }

        DType drawn = types.IsEmpty ? Choices.Pick(DType.F32, DType.F32, DType.I32, DType.I64, DType.I8, DType.Bool, DType.F16, DType.BF16)
            : types.Contains(DType.F32) && Choices.Chance(60) ? DType.F32
            : types[Choices.Below(types.Length)];
        int made = Values.Make(this, new TensorType(drawn, [.. pattern.Draw(operand.Shape, Dimension, Choices)]));
        if (made >= 0)
        {
            pattern.Match(operand.Shape, Body.TypeOf(made)!.Shape.AsSpan());
        }

        return made;
    }

    /// <summary>A weight that fits, as a rule a new one; its index, or -1.</summary>
    public int Weight(OperandRow operand, Pattern pattern)
    {
        if (Choices.Chance(40))
        {
            for (int i = 0; i < Draft.Weights.Count; i++)
            {
                WeightEntry entry = Draft.Weights[i].Entry;
                Dim[] shape = [.. entry.Shape.Select(Dim.Of)];
                if (entry.Layout == operand.Layout && (operand.Types.IsEmpty || operand.Types.Contains(entry.Element)) && pattern.Copy().Match(operand.Shape, shape))
                {
                    pattern.Match(operand.Shape, shape);
                    return i;
                }
            }
        }

        DType[] types = operand.Types.IsEmpty ? [.. Enum.GetValues<DType>().Where(DTypes.IsComputed)] : [.. operand.Types];
        foreach (DType element in Choices.Shuffle(types))
        {
            Dim[] shape = pattern.Draw(operand.Shape, () => Dim.Of(Math.Max(1, Draft.Dimension())), Choices);
            string[] letters = operand.Shape.Split(',');
            if (operand.Layout == WeightLayout.Panels16 && shape.Length == 2)
            {
                int multiple = element switch { DType.W8 => 4, DType.W4 => 32, _ => 1 };
                shape[0] = pattern[letters[0]] ?? Dim.Of(multiple * Choices.Between(1, multiple == 32 ? 2 : 9));
                shape[1] = pattern[letters[1]] ?? Dim.Of(16 * Choices.Between(1, 3));
                if (shape[0].IsSymbol || shape[1].IsSymbol || shape[0].Value == 0 || shape[0].Value % multiple != 0 || shape[1].Value % 16 != 0 || shape[1].Value == 0)
                {
                    continue;
                }
            }

            if (shape.Any(static d => d.IsSymbol || d.Value == 0) || !Draft.IsSmall(new TensorType(DType.I8, [.. shape])))
            {
                continue;
            }

            pattern.Match(operand.Shape, shape);
            return Draft.Weight(element, operand.Layout, Spreads.Draw(Choices), [.. shape.Select(static d => d.Value)]);
        }

        return -1;
    }

    /// <summary>A dimension of a new tensor: a constant, or a symbol that has a value here.</summary>
    public Dim Dimension()
    {
        if (Body.Bound.Count > 0 && Choices.Chance(35))
        {
            return Dim.OfSymbol(Choices.Pick([.. Body.Bound.Order()]));
        }

        return Dim.Of(Limits.Rank > 4 && Choices.Chance(2) ? 0 : Draft.Dimension());
    }

    public static bool IsWritten(OpcodeRow row, int operand) =>
        operand < row.Operands.Length && row.Operands[operand] is { Kind: OperandKind.Register, Effect: Effect.Write };

    /// <summary>Operands by the patterns alone.</summary>
    private bool TryPatterns(OpcodeRow row)
    {
        var pattern = new Pattern();
        var values = new ulong[row.OperandCount];
        var elements = new Dictionary<string, DType>(StringComparer.Ordinal);

        // What broadcasts needs to know to what.
        foreach (int i in Enumerable.Range(0, row.Operands.Length).OrderBy(i => row.Operands[i].Shape == "~" ? 1 : 0))
        {
            OperandRow operand = row.Operands[i];
            if (IsWritten(row, i))
            {
                continue;
            }

            int index = operand.Kind switch
            {
                OperandKind.Register => Same(operand),
                OperandKind.Weight => Weight(operand, pattern),
                OperandKind.State => Draft.States.Count == 0 ? -1 : Choices.Below(Draft.States.Count),
                OperandKind.Input => Choices.Below(Draft.Inputs.Count),
                OperandKind.Symbol => Body.Bound.Count == 0 ? -1 : Choices.Pick([.. Body.Bound.Order()]),
                OperandKind.Local => Body.Locals == 0 ? -1 : Choices.Below(Body.Locals),
                _ => -1,
            };
            if (index < 0)
            {
                return false;
            }

            values[i] = (ulong)index;
        }

        TensorType? first = null;
        for (int i = 0; i < row.Operands.Length; i++)
        {
            first ??= row.Operands[i].Kind == OperandKind.Register && !IsWritten(row, i) ? Body.TypeOf((int)values[i]) : null;
        }

        for (int i = row.Operands.Length; i < values.Length; i++)
        {
            values[i] = Immediates.Draw(this, row, row.Immediates[i - row.Operands.Length], first);
        }

        return TryAdd(row, [.. values.Where((_, i) => !IsWritten(row, i))]);

        // Operands that may have the same several types have one of them, all the same.
        int Same(OperandRow operand)
        {
            string key = string.Join(' ', operand.Types);
            bool known = elements.TryGetValue(key, out DType element);
            int register = Read(operand, pattern, known ? element : null);
            if (register >= 0 && !known)
            {
                elements[key] = Body.TypeOf(register)!.Element;
            }

            return register;
        }
    }
}
