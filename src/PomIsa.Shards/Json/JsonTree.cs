using System.Text.Json;

namespace PomIsa.Shards;

/// <summary>A value of a JSON text, in memory.</summary>
internal abstract class JsonTree
{
    public abstract JsonValueKind Kind { get; }

    /// <summary>The text of a text; of a number, how it is written.</summary>
    /// <exception cref="InvalidOperationException">The text is no UTF-8.</exception>
    public abstract string Text { get; }

    /// <summary>The values in an array; in an object, those of its members.</summary>
    public abstract IReadOnlyList<JsonTree> Items { get; }

    /// <summary>The names in an object, in their order; each is there once.</summary>
    public abstract IReadOnlyList<string> Names { get; }

    /// <summary>The value of an object's member; null where there is none.</summary>
    public abstract JsonTree? Find(string name);
}
