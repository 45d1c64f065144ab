using System.Runtime.CompilerServices;
using System.Text;

namespace PomIsa.Text.Templates;

/// <summary>One rendering under way: what was written, and how much was done.</summary>
internal sealed class Rendering
{
    private long _steps;
    private int _calls;

    public StringBuilder Output { get; private set; } = new();

    /// <summary>Counts the evaluation of a node, or of an item.</summary>
    public void Step(int line, long count = 1)
    {
        _steps += count;
        if (_steps > TemplateLimits.Steps)
        {
            throw new TemplateException(line, "it takes too many steps");
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateException(line, "it is nested too deep");
        }
    }

    public void Write(int line, string text)
    {
        Output.Append(text);
        if (Output.Length > TemplateLimits.OutputChars)
        {
            throw new TemplateException(line, "it makes too long a text");
        }
    }

    /// <summary>What a body writes, as a text of its own.</summary>
    public string Capture(int line, Action body)
    {
        StringBuilder before = Output;
        Output = new StringBuilder();
        try
        {
            if (++_calls > TemplateLimits.Calls)
            {
                throw new TemplateException(line, "macros call each other too deep");
            }

            body();
            return Output.ToString();
        }
        finally
        {
            _calls--;
            Output = before;
        }
    }

    /// <summary>A text that was made, if it is not too long.</summary>
    public string Sound(int line, string text)
    {
        Step(line, 1 + text.Length / 64);
        return text.Length <= TemplateLimits.OutputChars ? text : throw new TemplateException(line, "it makes too long a text");
    }

    /// <summary>A list that was made, if it is not too long.</summary>
    public List<object?> Sound(int line, List<object?> list)
    {
        Step(line, 1 + list.Count);
        return list.Count <= TemplateLimits.Items ? list : throw new TemplateException(line, "it makes too long a list");
    }
}
