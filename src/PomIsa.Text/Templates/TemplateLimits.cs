namespace PomIsa.Text.Templates;

/// <summary>What a template may be and do at most: it comes with a model, from strangers.</summary>
internal static class TemplateLimits
{
    /// <summary>UTF-16 units of a template.</summary>
    public const int SourceChars = 1 << 18;

    /// <summary>How deep blocks and expressions nest.</summary>
    public const int Depth = 100;

    /// <summary>Operators, filters or members in a row.</summary>
    public const int Links = 200;

    /// <summary>How deep macros call each other.</summary>
    public const int Calls = 32;

    /// <summary>Nodes evaluated while one conversation is rendered.</summary>
    public const int Steps = 1 << 21;

    /// <summary>UTF-16 units of the rendered text, and of any text on the way.</summary>
    public const int OutputChars = 1 << 20;

    /// <summary>Items of a list.</summary>
    public const int Items = 1 << 16;
}
