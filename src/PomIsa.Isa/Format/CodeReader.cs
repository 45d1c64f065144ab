using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace PomIsa.Isa.Format;

/// <summary>Instructions from bytes. Indices are checked here, so that later stages can use them.</summary>
internal static class CodeReader
{
    /// <summary>Instruction count, byte length, instructions.</summary>
    public static ImmutableArray<Instruction> Body(ref ByteReader r, Module module, Function function, ref int total)
    {
        int at = r.At;
        int count = r.Count(Limits.Instructions, 1);
        total += count;
        if (total > Limits.Instructions)
        {
            r.Fail(FaultCode.TooMany, at);
        }

        int outer = r.Enter(r.U32());
        if (count > r.Left)
        {
            r.Fail(FaultCode.UnexpectedEnd, at);
        }

        var body = ImmutableArray.CreateBuilder<Instruction>(r.Failed ? 0 : count);
        for (int i = 0; i < count && !r.Failed; i++)
        {
            body.Add(One(ref r, module, function));
        }

        r.Leave(outer);
        return body.DrainToImmutable();
    }

    private static Instruction One(ref ByteReader r, Module module, Function function)
    {
        int at = r.At;
        byte code = r.U8();
        if (!InstructionTable.TryFind(code, out OpcodeRow? row))
        {
            r.Fail(FaultCode.UnknownOpcode, at);
            return default;
        }

        if (row.OperandCount == 0)
        {
            return new Instruction(row, []);
        }

        Operand first = Operand(ref r, row.KindAt(0), module, function);
        int count = row.Variadic && !r.Failed ? OperandCounts.OfCall(module.Functions[first.Index]) : row.OperandCount;
        var operands = new Operand[count];
        operands[0] = first;
        for (int i = 1; i < count && !r.Failed; i++)
        {
            operands[i] = Operand(ref r, row.KindAt(i), module, function);
        }

        return new Instruction(row, ImmutableCollectionsMarshal.AsImmutableArray(operands));
    }

    private static Operand Operand(ref ByteReader r, OperandKind kind, Module module, Function function) => kind switch
    {
        OperandKind.ImmF32 => new Operand(r.Fixed32()),
        OperandKind.ImmI64 => Isa.Operand.OfI64(r.I64()),
        OperandKind.ImmU32 => Isa.Operand.OfU32(r.U32()),
        OperandKind.ImmAxes => Axes(ref r),
        OperandKind.ImmType => Type(ref r),
        _ => Isa.Operand.Of(r.UpTo(OperandRange.Of(kind, module, function) - 1L, FaultCode.BadIndex)),
    };

    /// <summary>A count and as many bytes, each an axis.</summary>
    private static Operand Axes(ref ByteReader r)
    {
        int count = r.Count(Limits.Rank, 1);
        Span<int> axes = stackalloc int[Limits.Rank];
        for (int i = 0; i < count && !r.Failed; i++)
        {
            int at = r.At;
            axes[i] = r.U8();
            if (axes[i] >= Limits.Rank)
            {
                r.Fail(FaultCode.BadIndex, at);
            }
        }

        return r.Failed ? default : Isa.Operand.OfAxes(axes[..count]);
    }

    private static Operand Type(ref ByteReader r)
    {
        int at = r.At;
        var type = (DType)r.U8();
        if (!DTypes.IsComputed(type))
        {
            r.Fail(FaultCode.BadType, at);
        }

        return Isa.Operand.OfType(type);
    }
}
