using System.Collections.Immutable;
using PomIsa.Fuzz.Generation;
using PomIsa.Isa;
using PomIsa.Isa.Verification;

namespace PomIsa.Fuzz.Shrinking;

/// <summary>Smaller programs that are still valid: the verifier has the last word on each.</summary>
internal static class ProgramShrinker
{
    private const int MostRepairs = 40;

    /// <summary>Programs a little smaller than this one, the smallest first.</summary>
    public static IEnumerable<FuzzProgram> Shrink(FuzzProgram program) => Candidates(program).Select(Repair).OfType<FuzzProgram>();

    /// <summary>The smallest program found that still fails, within a number of tries.</summary>
    public static FuzzProgram Smallest(FuzzProgram program, Func<FuzzProgram, bool> fails, int tries = 3000)
    {
        while (true)
        {
            FuzzProgram? smaller = null;
            foreach (FuzzProgram candidate in Shrink(program))
            {
                if (--tries <= 0)
                {
                    return program;
                }

                if (Size(candidate) < Size(program) && fails(candidate))
                {
                    smaller = candidate;
                    break;
                }
            }

            if (smaller is null)
            {
                return program;
            }

            program = smaller;
        }
    }

    /// <summary>What shrinking makes less: instructions above all, then elements, rows, values.</summary>
    public static long Size(FuzzProgram program) =>
        (program.Module.Functions.Sum(static f => 1 + f.Body.Length) * 1_000_000L)
        + program.Module.Functions.Sum(static f => f.Registers.Sum(static r => 10L + r.Shape.Sum(static d => d.IsSymbol ? 50 : d.Value)))
        + program.Module.Symbols.Sum(static s => 20L + s.Max) + program.Inputs.Sum(static i => i.Bytes.Length)
        + program.Module.Weights.Sum(static w => 20L + w.Shape.Sum())
        + program.Weights.Sum(static w => w.Values.LongCount(static b => b != 0))
        + program.Module.Functions.Sum(static f => f.Body.Sum(static i => i.Row.Mnemonic is "push" or "loop" ? Math.Min(1000, Math.Abs((double)i.Operands[0].I64)) is var n ? (long)n : 0 : 0));

    private static IEnumerable<FuzzProgram> Candidates(FuzzProgram program)
    {
        Module module = program.Module;
        for (int f = 0; f < module.Functions.Length; f++)
        {
            ImmutableArray<Instruction> body = module.Functions[f].Body;
            for (int length = Math.Max(1, body.Length / 2); ; length /= 2)
            {
                for (int from = 0; from + length <= body.Length; from += Math.Max(1, length / 2))
                {
                    yield return WithBody(program, f, body.RemoveRange(from, length));
                }

                if (length == 1)
                {
                    break;
                }
            }

            for (int at = 0; at < body.Length; at++)
            {
                if (body[at].Row.Code is Opcode.Loop or Opcode.If && Unwrapped(body, at) is { } flat)
                {
                    yield return WithBody(program, f, flat);
                }
                else if (body[at].Row.Mnemonic is "push" or "loop" && body[at].Operands[0].Bits > 1)
                {
                    foreach (long less in new[] { 1, body[at].Operands[0].I64 / 2 })
                    {
                        yield return WithBody(program, f, body.SetItem(at, body[at] with { Operands = [new Operand(unchecked((ulong)less))] }));
                    }
                }
            }
        }

        for (int s = 0; s < module.Symbols.Length; s++)
        {
            foreach (int max in new[] { 1, module.Symbols[s].Max / 2, module.Symbols[s].Max - 1 }.Where(m => m >= 1 && m < module.Symbols[s].Max).Distinct())
            {
                yield return program with
                {
                    Module = module with
                    {
                        Symbols = module.Symbols.SetItem(s, new SymbolEntry(max)),
                        States = [.. module.States.Select(e => e.Symbol == s ? e with { MaxRows = Math.Min(e.MaxRows, max) } : e)],
                    },
                };
            }
        }

        foreach (FuzzProgram fewer in FewerRows(program))
        {
            yield return fewer;
        }

        int[] sizes = [.. module.Functions.SelectMany(static f => f.Registers).SelectMany(static r => r.Shape).Where(static d => !d.IsSymbol).Select(static d => d.Value)
            .Concat(module.Weights.SelectMany(static w => w.Shape)).Distinct().Where(static d => d > 1).OrderDescending()];
        foreach (int size in sizes)
        {
            foreach (int less in new[] { 1, 4, 16, 32, size / 2, size - 1 }.Where(l => l > 0 && l < size).Distinct().Order())
            {
                if (module.Weights.All(w => !w.Shape.Contains(size) || MayBe(w, [.. w.Shape.Select(d => d == size ? less : d)])))
                {
                    yield return Resized(program, size, less);
                }
            }
        }

        for (int w = 0; w < program.Weights.Length; w++)
        {
            LogicalWeight weight = program.Weights[w];
            if (weight.Values.Any(static b => b != 0))
            {
                yield return WithWeight(program, w, LogicalWeight.Bound(weight.Entry, new byte[weight.Values.Length], weight.Scales, weight.Subs));
            }

            for (int length = weight.Values.Length / 2; length >= 16; length /= 2)
            {
                for (int from = 0; from + length <= weight.Values.Length; from += length)
                {
                    if (weight.Values.AsSpan(from, length).ContainsAnyExcept((byte)0))
                    {
                        byte[] values = [.. weight.Values];
                        values.AsSpan(from, length).Clear();
                        yield return WithWeight(program, w, LogicalWeight.Bound(weight.Entry, values, weight.Scales, weight.Subs));
                    }
                }
            }
        }
    }

    private static FuzzProgram WithBody(FuzzProgram program, int function, ImmutableArray<Instruction> body) => program with
    {
        Module = program.Module with { Functions = program.Module.Functions.SetItem(function, program.Module.Functions[function] with { Body = body }) },
    };

    private static FuzzProgram WithWeight(FuzzProgram program, int index, LogicalWeight weight) =>
        program.WithWeights(program.Weights.SetItem(index, weight));

    /// <summary>Inputs of fewer rows, those of one symbol alike.</summary>
    private static IEnumerable<FuzzProgram> FewerRows(FuzzProgram program)
    {
        int most = program.IsSteady ? 0 : program.Inputs.Where((_, i) => program.Module.Inputs[i].Symbol >= 0).Select(static i => i.Shape[0]).DefaultIfEmpty(0).Max();
        foreach (int rows in new[] { 1, most / 2, most - 1 }.Where(r => r > 0 && r < most).Distinct())
        {
            yield return program with
            {
                Inputs = [.. program.Inputs.Select((input, i) => program.Module.Inputs[i].Symbol < 0 || input.Shape[0] <= rows
                    ? input
                    : new Machine.InputTensor(input.Element, input.Shape.SetItem(0, rows), input.Bytes[..(input.Bytes.Length / input.Shape[0] * rows)]))],
            };
        }
    }

    /// <summary>A block without its loop or if; only the part before an else is kept.</summary>
    private static ImmutableArray<Instruction>? Unwrapped(ImmutableArray<Instruction> body, int at)
    {
        int depth = 0, other = -1;
        for (int end = at + 1; end < body.Length; end++)
        {
            switch (body[end].Row.Code)
            {
                case Opcode.Loop or Opcode.If:
                    depth++;
                    break;
                case Opcode.Else when depth == 0:
                    other = end;
                    break;
                case Opcode.End when depth-- == 0:
                    return [.. body[..at], Instruction.Of("drop"), .. body[(at + 1)..(other >= 0 ? other : end)], .. body[(end + 1)..]];
            }
        }

        return null;
    }

    /// <summary>Whether a weight of this layout may have this shape.</summary>
    private static bool MayBe(WeightEntry weight, int[] shape) => weight.Layout == WeightLayout.Rows
        || (shape[1] % 16 == 0 && shape[0] % (weight.Element switch { DType.W8 => 4, DType.W4 => 32, _ => 1 }) == 0);

    private static FuzzProgram Resized(FuzzProgram program, int size, int less)
    {
        Module module = program.Module;
        TensorType Smaller(TensorType type) => type with { Shape = [.. type.Shape.Select(d => !d.IsSymbol && d.Value == size ? Dim.Of(less) : d)] };
        ImmutableArray<int> Less(ImmutableArray<int> shape) => [.. shape.Select(d => d == size ? less : d)];
        ImmutableArray<LogicalWeight> weights =
        [
            .. program.Weights.Select(w => w.Entry.Shape.Contains(size) ? LogicalWeight.Draw(new Choices(program.Seed), w.Entry with { Shape = Less(w.Entry.Shape) }, Spread.Special) : w),
        ];
        FuzzProgram resized = program.WithWeights(weights);
        return resized with
        {
            Module = resized.Module with
            {
                States = [.. module.States.Select(s => s with { Row = Less(s.Row) })],
                Functions = [.. module.Functions.Select(f => f with { Registers = [.. f.Registers.Select(Smaller)] })],
            },
        };
    }

    /// <summary>Whether every loop runs as often as it may, and nothing branches.</summary>
    private static bool IsSteady(Module module) => module.Functions.All(static f => f.Body.Select((one, at) => (one, at)).All(p =>
        p.one.Row.Code is not (Opcode.If or Opcode.Brk or Opcode.BrkIf)
        && (p.one.Row.Code != Opcode.Loop || (p.at > 0 && f.Body[p.at - 1].Row.Mnemonic == "push" && f.Body[p.at - 1].Operands[0].Bits == p.one.Operands[0].Bits))));

    /// <summary>The candidate without the instructions that it makes invalid, and without what nothing names any more; null if it can't be mended.</summary>
    private static FuzzProgram? Repair(FuzzProgram candidate)
    {
        for (int round = 0; round < MostRepairs; round++)
        {
            Module module = candidate.Module;
            if (Verifier.TryVerify(module, out _, out ImmutableArray<Fault> faults))
            {
                if (candidate.IsSteady && !IsSteady(module))
                {
                    return null;
                }

                FuzzProgram slim = Slim.Of(candidate);
                return Verifier.TryVerify(slim.Module, out _, out _) ? slim : candidate;
            }

            Fault[] dependents = [.. faults.Where(static f => f.At >= 0 && f.Code is FaultCode.ReadBeforeWrite or FaultCode.UnreachableCode or FaultCode.AttentionBeforeAppend or FaultCode.UnboundSymbol)];
            if (dependents.Length == 0 || dependents.Length < faults.Length)
            {
                return null;
            }

            foreach (IGrouping<int, Fault> function in dependents.GroupBy(static f => f.Function))
            {
                Function old = candidate.Module.Functions[function.Key];
                int[] bad = [.. function.Select(static f => f.At).Distinct().OrderDescending()];
                if (bad.Any(at => old.Body[at].Row.Code == Opcode.Ret || old.Body[at].Row.Pops + old.Body[at].Row.Pushes > 0))
                {
                    return null;
                }

                ImmutableArray<Instruction> body = old.Body;
                foreach (int at in bad)
                {
                    body = body.RemoveAt(at);
                }

                candidate = WithBody(candidate, function.Key, body);
            }
        }

        return null;
    }
}
