using System.Text.Json;
using PomIsa.Isa;

namespace PomIsa.Conformance.Protocol;

/// <summary>A fault as an object: stage, code, and where it is.</summary>
internal static class FaultJson
{
    /// <summary>Writes the field <c>fault</c> into an object that is open.</summary>
    public static void Write(Utf8JsonWriter json, Fault fault)
    {
        json.WriteStartObject("fault");
        json.WriteString("stage", FaultText.NameOf(fault.Stage));
        json.WriteString("code", fault.Code.ToString());
        if (fault.Stage != Stage.Malformed)
        {
            json.WriteNumber("function", fault.Function);
        }

        json.WriteNumber("at", fault.At);
        json.WriteEndObject();
    }
}
