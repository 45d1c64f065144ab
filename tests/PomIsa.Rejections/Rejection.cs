using System.Globalization;
using System.Text;

namespace PomIsa.Rejections;

/// <summary>One case: a module and what becomes of it.</summary>
/// <param name="Name">What is wrong, unique in its file.</param>
/// <param name="Module">The encoding.</param>
/// <param name="Expect">The fields that say what is expected, as JSON members.</param>
internal sealed record Rejection(string Name, byte[] Module, string Expect)
{
    public static Rejection Malformed(string name, byte[] module, string code, int at) =>
        new(name, module, string.Create(CultureInfo.InvariantCulture, $"\"malformed\": \"{code}\", \"at\": {at}"));

    public static Rejection Invalid(string name, byte[] module, string code, int function, int at) =>
        new(name, module, string.Create(CultureInfo.InvariantCulture, $"\"invalid\": \"{code}\", \"function\": {function}, \"at\": {at}"));

    public static Rejection Exhausted(string name, byte[] module, string code, int function, int at) =>
        new(name, module, string.Create(CultureInfo.InvariantCulture, $"\"exhausted\": \"{code}\", \"function\": {function}, \"at\": {at}"));

    /// <summary>A module that must be accepted.</summary>
    /// <param name="program">How many of its bytes are the program: those before the custom sections.</param>
    public static Rejection Valid(string name, byte[] module, int? program = null) =>
        new(name, module, $"\"valid\": true, \"digest\": \"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(module.AsSpan(0, program ?? module.Length)))}\"");

    public string Json() => $"{{\"name\": \"{Escaped(Name)}\", \"module\": \"{Convert.ToHexStringLower(Module)}\", {Expect}}}";

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        foreach (char c in text)
        {
            escaped.Append(c is '"' or '\\' ? $"\\{c}" : $"{c}");
        }

        return escaped.ToString();
    }
}
