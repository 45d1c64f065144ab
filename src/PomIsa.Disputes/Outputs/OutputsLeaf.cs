using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PomIsa.Evidence.Privacy;
using PomIsa.Evidence.Records;
using PomIsa.Isa;

namespace PomIsa.Disputes.Outputs;

/// <summary>What one record's opcode put out, as a leaf of its run's outputs tree has it: what is recorded, before salt, and commitments to all that is written.</summary>
/// <remarks>A product by a weight commits here to what it multiplies, whether its record does or not; only what the record holds is held against it.</remarks>
/// <param name="Scalars">The scalars that the record holds.</param>
/// <param name="ScalarSalts">Their salts, in a private run.</param>
/// <param name="Recorded">What the record commits to, or would where a product multiplies what is near; of a private run's closing record, the response's digest.</param>
/// <param name="Salt">The salt of that, where it is under one.</param>
/// <param name="Written">Commitments to the registers that the instruction writes, in operand order.</param>
internal sealed record OutputsLeaf(
    ImmutableArray<long> Scalars, ImmutableArray<Digest> ScalarSalts, ImmutableArray<Digest> Recorded, Digest? Salt, ImmutableArray<Digest> Written)
{
    /// <summary>Most bytes that a leaf has: of two scalars under salt, or of a commitment with its salt and two registers.</summary>
    public const int MostBytes = 256;

    /// <summary>Reads the leaf of a record; false where it has another length than the record asks for, or the record holds what no leaf has.</summary>
    public static bool TryParse(Record record, ReadOnlySpan<byte> data, [NotNullWhen(true)] out OutputsLeaf? leaf)
    {
        leaf = null;
        (int scalars, int recorded, int written, bool saltsScalars, bool salts) = Shape(record);
        if (recorded > 1 || data.Length != (scalars * (sizeof(long) + (saltsScalars ? Digest.Size : 0))) + ((recorded + written + (salts ? recorded : 0)) * Digest.Size))
        {
            return false;
        }

        var values = ImmutableArray.CreateBuilder<long>(scalars);
        var valueSalts = ImmutableArray.CreateBuilder<Digest>();
        for (int i = 0; i < scalars; i++)
        {
            values.Add(BinaryPrimitives.ReadInt64LittleEndian(data));
            data = data[sizeof(long)..];
            if (saltsScalars)
            {
                valueSalts.Add(Take(ref data));
            }
        }

        ImmutableArray<Digest> commitment = recorded == 0 ? [] : [Take(ref data)];
        Digest? salt = recorded > 0 && salts ? Take(ref data) : null;
        var registers = ImmutableArray.CreateBuilder<Digest>(written);
        for (int i = 0; i < written; i++)
        {
            registers.Add(Take(ref data));
        }

        leaf = new OutputsLeaf(values.MoveToImmutable(), valueSalts.ToImmutable(), commitment, salt, registers.MoveToImmutable());
        return true;
    }

    /// <summary>One of the commitments that a leaf ends with.</summary>
    /// <param name="data">The leaf.</param>
    /// <param name="registers">Registers that the instruction writes.</param>
    /// <param name="output">Which of them.</param>
    /// <param name="commitment">The commitment.</param>
    public static bool TryWritten(ReadOnlySpan<byte> data, int registers, int output, out Digest commitment)
    {
        bool has = output < registers && data.Length >= registers * Digest.Size;
        commitment = has ? new Digest(data.Slice(data.Length - ((registers - output) * Digest.Size), Digest.Size)) : default;
        return has;
    }

    /// <summary>Whether a record holds what this says of it.</summary>
    public bool AgreesWith(Record record)
    {
        switch (record)
        {
            case Retire retire:
                ImmutableArray<Digest> hidden = retire.Salted;
                bool scalars = retire.SaltsScalars
                    ? Enumerable.Range(0, hidden.Length).All(i => hidden[i] == Salted.Of(ScalarSalts[i], Scalars[i]))
                    : retire.Scalars.SequenceEqual(Scalars);
                bool commitments = Salt is { } salt ? hidden[0] == Salted.Of(salt, Recorded[0]) : retire.Commitments.IsEmpty || retire.Commitments.SequenceEqual(Recorded);
                return scalars && commitments;
            case RunClose { IsPrivate: true } close:
                return close.Response == Salted.Of(Salt!.Value, Recorded[0]);
            default:
                return true;
        }
    }

    private static (int Scalars, int Recorded, int Written, bool SaltsScalars, bool Salts) Shape(Record record)
    {
        if (record is not Retire retire)
        {
            return record is RunClose { IsPrivate: true } ? (0, 1, 0, false, true) : default;
        }

        OpcodeRow? row = InstructionTable.TryFind((byte)retire.Head.Opcode, out OpcodeRow? found) && found.Code == retire.Head.Opcode ? found : null;
        (int written, int committed) = (row?.WrittenTensors ?? 0, row?.RecordedTensors ?? 0);
        return retire.SaltsScalars ? (retire.Salted.Length, committed, written, true, false)
            : (retire.Scalars.Length, Math.Max(retire.Commitments.Length + retire.Salted.Length, committed), written, false, retire.Salted.Length > 0);
    }

    private static Digest Take(ref ReadOnlySpan<byte> data)
    {
        var digest = new Digest(data[..Digest.Size]);
        data = data[Digest.Size..];
        return digest;
    }
}
