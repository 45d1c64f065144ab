namespace PomIsa.Onnx.Graphs.Passes;

/// <summary>Something that a pass did at a node, or why it did not.</summary>
/// <param name="Pass">The pass.</param>
/// <param name="Node">Name of the node.</param>
/// <param name="Text">What happened, or why nothing did.</param>
/// <param name="Done">Whether it happened.</param>
public sealed record PassNote(string Pass, string Node, string Text, bool Done);

/// <summary>The number of nodes before and after a pass.</summary>
/// <param name="Pass">The pass.</param>
/// <param name="Before">Nodes that it found.</param>
/// <param name="After">Nodes that it left.</param>
public sealed record PassCount(string Pass, int Before, int After);

/// <summary>What passes did to a graph, in order.</summary>
internal sealed class PassReport
{
    private readonly List<PassNote> _notes = [];
    private readonly List<PassCount> _counts = [];
    private readonly Dictionary<string, string> _ideas = new(StringComparer.Ordinal);

    public IReadOnlyList<PassNote> Notes => _notes;

    public IReadOnlyList<PassCount> Counts => _counts;

    /// <summary>What each pass is about, by its name.</summary>
    public IReadOnlyDictionary<string, string> Ideas => _ideas;

    /// <summary>Changes so far: a round of passes that adds none was the last.</summary>
    public int Changes { get; private set; }

    /// <summary>A change.</summary>
    public void Did(IGraphPass pass, GraphNode node, string what)
    {
        Changes++;
        _notes.Add(new PassNote(pass.Name, node.Name, what, true));
    }

    /// <summary>A change that nobody wants to read about one by one.</summary>
    public void Did() => Changes++;

    /// <summary>Something that looked like the pass's pattern and was not; told once a node.</summary>
    public void Missed(IGraphPass pass, GraphNode node, string why)
    {
        var note = new PassNote(pass.Name, node.Name, why, false);
        if (!_notes.Contains(note))
        {
            _notes.Add(note);
        }
    }

    internal void Counted(IGraphPass pass, int before, int after)
    {
        if (before != after)
        {
            _ideas[pass.Name] = pass.Idea;
            _counts.Add(new PassCount(pass.Name, before, after));
        }
    }
}
