using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace PomIsa.Cli.Json;

/// <summary>
/// Writes JSON as people read it, member by member, each on its line: to the character what the framework's indented writer writes that escapes only what
/// it must. That one takes longer to begin than a command has to write.
/// </summary>
internal sealed class JsonText
{
    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _isFirst = true;

    public void OpenObject(string? name = null) => Open(name, '{');

    public void CloseObject() => Close('}');

    public void OpenArray(string? name = null) => Open(name, '[');

    public void CloseArray() => Close(']');

    public void Member(string name, string? value)
    {
        Begin(name);
        if (value is null)
        {
            _text.Append("null");
        }
        else
        {
            Quote(value);
        }
    }

    public void Member(string name, bool value) => Plain(name, value ? "true" : "false");

    public void Member(string name, ulong value) => Plain(name, value.ToString(CultureInfo.InvariantCulture));

    public void Member(string name, long value) => Plain(name, value.ToString(CultureInfo.InvariantCulture));

    /// <param name="value">Finite.</param>
    public void Member(string name, double value) => Plain(name, value.ToString(CultureInfo.InvariantCulture));

    /// <param name="value">Finite, or null.</param>
    public void Member(string name, double? value) => Plain(name, value is { } one ? one.ToString(CultureInfo.InvariantCulture) : "null");

    public void Member(string name, long? value) => Plain(name, value is { } one ? one.ToString(CultureInfo.InvariantCulture) : "null");

    public void Null(string name) => Plain(name, "null");

    public void Item(string value)
    {
        Begin(null);
        Quote(value);
    }

    public void Item(int value) => Plain(null, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>What was written: a whole value, if all is closed.</summary>
    public override string ToString() => _text.ToString();

    private void Open(string? name, char bracket)
    {
        Begin(name);
        _text.Append(bracket);
        _depth++;
        _isFirst = true;
    }

    private void Close(char bracket)
    {
        _depth--;
        if (!_isFirst)
        {
            Line();
        }

        _text.Append(bracket);
        _isFirst = false;
    }

    private void Plain(string? name, string value)
    {
        Begin(name);
        _text.Append(value);
    }

    private void Begin(string? name)
    {
        if (!_isFirst)
        {
            _text.Append(',');
        }

        if (_depth > 0)
        {
            Line();
        }

        _isFirst = false;
        if (name is not null)
        {
            Quote(name);
            _text.Append(": ");
        }
    }

    private void Line() => _text.Append(Environment.NewLine).Append(' ', 2 * _depth);

    private void Quote(string value) => _text.Append('"').Append(IsPlain(value) ? value : Escaping.Encode(value)).Append('"');

    private static bool IsPlain(string value)
    {
        foreach (char one in value)
        {
            if (one is < ' ' or '"' or '\\' or > '~')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Apart, so that only who needs the encoder's tables makes them.</summary>
    private static class Escaping
    {
        public static string Encode(string value) => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value);
    }
}
