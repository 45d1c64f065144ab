namespace PomIsa.Text.Templates;

/// <summary>Names and what they stand for; an inner scope sees the outer ones and changes none of them.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, object?> _names = new(StringComparer.Ordinal);

    public object? Find(string name)
    {
        for (Scope? at = this; at is not null; at = at.Outer)
        {
            if (at._names.TryGetValue(name, out object? value))
            {
                return value;
            }
        }

        return new Undefined(name);
    }

    public void Set(string name, object? value) => _names[name] = value;

    private Scope? Outer => outer;
}
