using System.Text;
using PomIsa.Text;

namespace PomIsa.Cli.Generating;

/// <summary>An answer's text as it comes, up to a stop text.</summary>
internal sealed class AnswerText(ITokenStream stream, StopTexts stops, Action<string> show)
{
    private readonly StringBuilder _text = new();

    public string Text => _text.ToString();

    public bool IsStopped => stops.Found is not null;

    public void Add(int token) => Show(stops.Add(stream.Add(token)));

    /// <summary>Shows what was held back.</summary>
    public void End()
    {
        Show(stops.Add(stream.End()));
        Show(stops.End());
    }

    private void Show(string text)
    {
        if (text.Length > 0)
        {
            _text.Append(text);
            show(text);
        }
    }
}
