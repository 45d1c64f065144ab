using System.Buffers.Binary;
using System.Security.Cryptography;
using PomIsa.Evidence.Notes;
using PomIsa.Evidence.Records;

namespace PomIsa.Evidence.Keeping;

/// <summary>Checks kept roots against a signed checkpoint, and the entries that are kept in full against the rules of minting; needs no model.</summary>
public static class KeptCheck
{
    /// <summary>Whether kept roots are those of the signed log, and its openings, tokens and closings agree with each other.</summary>
    /// <remarks>
    /// As a run's records lie one after the other, an entry's index gives its sequence number. That each record between them is one action's is not known without them.
    /// </remarks>
    /// <param name="roots">What was kept.</param>
    /// <param name="checkpoint">What was signed.</param>
    /// <param name="marks">The opcodes by which it was cut.</param>
    /// <param name="fault">What does not agree.</param>
    public static bool Verify(KeptRoots roots, Checkpoint checkpoint, KeepMarks marks, out string fault)
    {
        ArgumentNullException.ThrowIfNull(roots);
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (roots.Size != checkpoint.Size || roots.Root != checkpoint.Root)
        {
            fault = roots.Size != checkpoint.Size
                ? $"The kept roots stand for {roots.Size} entries; the checkpoint was signed over {checkpoint.Size}."
                : $"The kept roots of {roots.Size} entries don't give the root that the checkpoint was signed over: something of them was changed.";
            return false;
        }

        var run = new Run();
        foreach (KeptPart part in roots.Parts)
        {
            fault = !part.IsEntry ? run.IsOpen ? "" : "lies in no run" : run.Take(part, marks);
            if (fault.Length > 0)
            {
                fault = $"What is kept of entry {part.First} {fault}.";
                return false;
            }
        }

        fault = "";
        return true;
    }

    /// <summary>The run that the walk is in.</summary>
    private sealed class Run
    {
        private readonly HashSet<Digest> _seen = [];
        private readonly List<byte> _response = [];
        private Digest _id;
        private ulong _opening;
        private uint _tokens;
        private bool _isPrivate;

        public bool IsOpen { get; private set; }

        /// <summary>Takes an entry; returns what is wrong with it, or nothing.</summary>
        public string Take(KeptPart part, KeepMarks marks)
        {
            if (!Record.TryDecode(part.Entry.AsSpan(), out Record record, out RecordFault malformed))
            {
                return $"is not a record: {malformed.Code} at byte {malformed.At}";
            }

            if (record is RunOpen open)
            {
                (_id, _opening, _tokens, _isPrivate, IsOpen) = (Digest.Of(part.Entry.AsSpan()), part.First, 0, open.Private is not null, true);
                _response.Clear();
                return _seen.Add(_id) ? "" : $"opens run {_id.Short} a second time";
            }

            (Digest id, ulong sequence) = record is Retire { Head: var head } ? (head.RunId, head.Sequence) : record is RunClose end ? (end.RunId, end.Sequence) : default;
            if (!IsOpen || id != _id || sequence != part.First - _opening)
            {
                return !IsOpen || id != _id ? $"belongs to run {id.Short}, which is not open there" : $"is action {sequence} of its run, not {part.First - _opening}";
            }

            bool isPrivate = record is Retire { IsPrivate: true } or RunClose { IsPrivate: true };
            return isPrivate != _isPrivate ? "is of another version than its run" : record is RunClose close ? Close(close) : Token((Retire)record, marks);
        }

        private string Token(Retire retire, KeepMarks marks)
        {
            string fault = retire.Head.Opcode != marks.Emit ? "is neither an opening, nor a token, nor a closing"
                : _isPrivate && retire.Head.Tokens != _tokens ? $"says that {retire.Head.Tokens} tokens were emitted before it; there are {_tokens}"
                : !_isPrivate && retire.Scalars is not [>= 0 and <= int.MaxValue] ? "holds no token"
                : "";
            if (fault.Length == 0 && !_isPrivate)
            {
                Span<byte> token = stackalloc byte[sizeof(int)];
                BinaryPrimitives.WriteInt32LittleEndian(token, (int)retire.Scalars[0]);
                _response.AddRange(token);
            }

            _tokens++;
            return fault;
        }

        private string Close(RunClose close)
        {
            IsOpen = false;
            return close.Retired != close.Sequence - 1 ? "closes its run with a wrong count of retired opcodes"
                : close.Tokens != _tokens ? $"closes its run with {close.Tokens} tokens; {_tokens} were emitted"
                : !_isPrivate && close.Response != new Digest(SHA256.HashData(_response.ToArray())) ? "binds another response than the tokens that were emitted"
                : "";
        }
    }
}
