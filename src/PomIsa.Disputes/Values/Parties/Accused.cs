using PomIsa.Disputes.Values.Openings;
using PomIsa.Evidence.Keys;

namespace PomIsa.Disputes.Values.Parties;

/// <summary>Asks the accused, and counts the questions. Who does not answer has lost.</summary>
/// <param name="key">His key.</param>
/// <param name="ask">Asks him; null or no bytes where he doesn't answer.</param>
internal sealed class Accused(VerifierKey key, Func<byte[], byte[]?> ask)
{
    public VerifierKey Key => key;

    /// <summary>Questions asked.</summary>
    public int Questions { get; private set; }

    /// <summary>His answer; never empty.</summary>
    /// <exception cref="ForfeitsException">There is none.</exception>
    public byte[] Ask(Question question)
    {
        Questions++;
        return ask(question.ToBytes()) is { Length: > 0 } answer ? answer : throw new ForfeitsException("it doesn't answer");
    }

    /// <summary>Roots of ranges of one of his trees, as many as we have.</summary>
    /// <exception cref="ForfeitsException">He gives others.</exception>
    public Digest[] Ranges(Question question)
    {
        var cursor = new Cursor(Ask(question));
        Digest[] roots = cursor.Digests();
        return cursor.IsDone && roots.Length == question.Count ? roots : throw new ForfeitsException("it doesn't show its tree");
    }
}
