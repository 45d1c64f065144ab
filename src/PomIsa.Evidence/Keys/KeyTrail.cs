using System.Text;
using PomIsa.Evidence.Notes;

namespace PomIsa.Evidence.Keys;

/// <summary>The signed history of a log's key: which key follows which, and which is not to be believed any more.</summary>
/// <remarks>
/// A trail is a file of signed notes, one behind the other, an empty line after each. A rotation is signed by the old key and by the new one; a revocation by the key
/// itself. Whoever trusts a first key follows the trail to the one that holds now.
/// </remarks>
public static class KeyTrail
{
    private const string Rotation = "pomisa key rotation v1", Revocation = "pomisa key revocation v1";
    private const int MaxNotes = 1024;

    /// <summary>The note that one key is followed by another.</summary>
    public static byte[] Rotate(LogKey from, LogKey to) => SignedNote.Sign($"{Rotation}\n{from.Verifier}\n{to.Verifier}\n", from, to);

    /// <summary>The note that a key is not to be believed any more.</summary>
    public static byte[] Revoke(LogKey key) => SignedNote.Sign($"{Revocation}\n{key.Verifier}\n", key);

    /// <summary>Follows a trail from a key that is trusted.</summary>
    /// <param name="trail">The notes, anyone's bytes.</param>
    /// <param name="first">The trusted key.</param>
    /// <param name="current">The key that holds now; null if it was revoked.</param>
    /// <param name="fault">What is wrong with the trail.</param>
    public static bool TryFollow(string trail, VerifierKey first, out VerifierKey? current, out string fault)
    {
        ArgumentNullException.ThrowIfNull(trail);
        ArgumentNullException.ThrowIfNull(first);
        current = first;
        fault = "";
        int count = 0;
        foreach (string note in Notes(trail))
        {
            if (++count > MaxNotes)
            {
                fault = $"the trail has more than {MaxNotes} notes";
                return false;
            }

            if (!TryStep(note, ref current))
            {
                fault = current is null ? $"note {count} comes after a revocation" : $"note {count} is not signed by {current.Name}'s key {current.Id:x8}, or by the key that it names";
                return false;
            }
        }

        return true;
    }

    private static bool TryStep(string note, ref VerifierKey? current)
    {
        if (current is null || !SignedNote.TryOpen(Encoding.UTF8.GetBytes(note), [current], out string text, out _))
        {
            return false;
        }

        string[] lines = text.TrimEnd('\n').Split('\n');
        if (lines is [Revocation, var revoked] && revoked == current.ToString())
        {
            current = null;
            return true;
        }

        if (lines is not [Rotation, var from, var to] || from != current.ToString() || !VerifierKey.TryParse(to, out VerifierKey next)
            || !SignedNote.TryOpen(Encoding.UTF8.GetBytes(note), [next], out _, out _))
        {
            return false;
        }

        current = next;
        return true;
    }

    /// <summary>The notes of a file: each has an empty line inside, between text and signatures, and one behind it.</summary>
    private static IEnumerable<string> Notes(string trail)
    {
        string[] blocks = trail.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < blocks.Length; i += 2)
        {
            yield return i + 1 < blocks.Length ? $"{blocks[i]}\n\n{blocks[i + 1].TrimEnd('\n')}\n" : blocks[i];
        }
    }
}
