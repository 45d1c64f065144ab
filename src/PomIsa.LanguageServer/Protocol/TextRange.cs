namespace PomIsa.LanguageServer.Protocol;

/// <summary>A place between two characters, as LSP counts: line and UTF-16 unit in the line, both from 0.</summary>
public readonly record struct Position(int Line, int Character) : IComparable<Position>
{
    public int CompareTo(Position other) =>
        Line != other.Line ? Line.CompareTo(other.Line) : Character.CompareTo(other.Character);

    public static bool operator <(Position left, Position right) => left.CompareTo(right) < 0;

    public static bool operator >(Position left, Position right) => left.CompareTo(right) > 0;

    public static bool operator <=(Position left, Position right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Position left, Position right) => left.CompareTo(right) >= 0;
}

/// <summary>From <paramref name="Start"/> to <paramref name="End"/>, which is not part of it.</summary>
public readonly record struct TextRange(Position Start, Position End);

/// <summary>A range in a document.</summary>
public sealed record Location(string Uri, TextRange Range);

/// <summary>Puts <paramref name="NewText"/> in the place of a range.</summary>
public sealed record TextEdit(TextRange Range, string NewText);
