using System.Buffers.Binary;
using PomIsa.Disputes.Logs;
using PomIsa.Disputes.Traces;
using PomIsa.Evidence.Records;
using PomIsa.Isa.Verification;
using PomIsa.Machine;

namespace PomIsa.Disputes.Orders;

/// <summary>A wrong response, shown by one token rather than by all: the accused tells which tokens his closing record binds, and one record says that another was emitted.</summary>
internal static class ResponseProof
{
    private const int TokenBytes = sizeof(int);

    private static ReadOnlySpan<byte> Magic => "RESP"u8;

    /// <summary>The question for the tokens that the closing record at an index binds.</summary>
    public static byte[] Question(ulong index)
    {
        var question = new byte[Magic.Length + sizeof(ulong)];
        Magic.CopyTo(question);
        BinaryPrimitives.WriteUInt64LittleEndian(question.AsSpan(Magic.Length), index);
        return question;
    }

    /// <summary>Reads such a question.</summary>
    public static bool TryReadQuestion(ReadOnlySpan<byte> question, out ulong index)
    {
        bool read = question.Length == Magic.Length + sizeof(ulong) && question.StartsWith(Magic);
        index = read ? BinaryPrimitives.ReadUInt64LittleEndian(question[Magic.Length..]) : 0;
        return read;
    }

    /// <summary>Tokens as bytes: i32 after i32, little-endian.</summary>
    public static byte[] ToBytes(ReadOnlySpan<int> tokens)
    {
        var bytes = new byte[tokens.Length * TokenBytes];
        for (int i = 0; i < tokens.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * TokenBytes), tokens[i]);
        }

        return bytes;
    }

    /// <summary>Tokens from bytes that may be anyone's; null where they are none.</summary>
    public static int[]? Tokens(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Length % TokenBytes != 0)
        {
            return null;
        }

        var tokens = new int[bytes.Length / TokenBytes];
        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * TokenBytes)..]);
        }

        return tokens;
    }

    /// <summary>The few records that convict a closing record together with its opened response; null where that does not.</summary>
    public static FaultFinding? Find(IDisputedLog log, VerifiedModule module, ulong first, ulong index, Digest run, int[] response, out ProvenRecords records)
    {
        records = new ProvenRecords([(first, log.Entry(first)), (index, log.Entry(index))]);
        RunTrace trace = RunTrace.Follow(module, records, first, index, run, response);
        ulong[] inputs = [.. trace.Left.SelectMany(static p => Chain<ulong>.ToArray(p.Inputs)).Distinct()];
        records = records.With(inputs.Select(i => (i, log.Entry(i))));
        trace = RunTrace.Follow(module, records, first, index, run, response);
        foreach (RunPath path in trace.Left)
        {
            Scalar[] tokens = path.Tokens.ToArray();
            for (int k = 0; k < Math.Min(tokens.Length, response.Length); k++)
            {
                if (!tokens[k].IsKnown && Record.TryDecode(log.Entry(tokens[k].Origin), out Record record, out _) && record is Retire { Scalars: [.., var token] } && token != response[k])
                {
                    records = records.With([(tokens[k].Origin, log.Entry(tokens[k].Origin))]);
                    break;
                }
            }
        }

        trace = RunTrace.Follow(module, records, first, index, run, response);
        return trace.IsContradiction ? trace.Fault : null;
    }

    /// <summary>Whether an opened response is the one that a closing record binds.</summary>
    public static bool Opens(RunClose close, int[] response) => close.Response == RunRequest.ResponseDigest(response);
}
