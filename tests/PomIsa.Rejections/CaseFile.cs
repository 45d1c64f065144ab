using System.Text;

namespace PomIsa.Rejections;

/// <summary>A file of cases, one on each line.</summary>
/// <param name="Name">The file's name without its end.</param>
/// <param name="Head">The members before the cases: the opcode, or the topic, and what it is about.</param>
/// <param name="Cases">The cases.</param>
internal sealed record CaseFile(string Name, string Head, List<Rejection> Cases)
{
    public string Text()
    {
        var text = new StringBuilder($"{{\n  {Head},\n  \"cases\": [\n");
        text.AppendJoin(",\n", Cases.Select(static c => "    " + c.Json()));
        return text.Append("\n  ]\n}\n").ToString();
    }

    /// <exception cref="InvalidOperationException">Two cases have one name.</exception>
    public CaseFile Checked()
    {
        string[] twice = [.. Cases.GroupBy(static c => c.Name).Where(static g => g.Count() > 1).Select(static g => g.Key)];
        return twice.Length == 0 ? this : throw new InvalidOperationException($"{Name}: two cases are called '{twice[0]}'.");
    }
}
