namespace PomIsa.Assembly.Analysis;

/// <summary>What a source says about a declaration.</summary>
internal static class Comments
{
    /// <summary>The doc comment above a line, or else the comment at its end; nothing for a parameter, whose line speaks of its function.</summary>
    public static string Of(NameDraft name)
    {
        var statement = name.Line.Statement;
        if (statement.OpensFunction && name.Kind != NameKind.Function)
        {
            return "";
        }

        if (statement.Doc.Length > 0)
        {
            return statement.Doc;
        }

        var line = statement.File.Line(statement.First.Line);
        var quoted = false;
        for (var at = 0; at < line.Length; at++)
        {
            if (line[at] == '\\' && quoted)
            {
                at++;
            }
            else if (line[at] == '"')
            {
                quoted = !quoted;
            }
            else if (line[at] == ';' && !quoted)
            {
                return line[at..].TrimStart(';').Trim();
            }
        }

        return "";
    }
}
