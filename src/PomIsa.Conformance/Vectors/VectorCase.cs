using System.Text.Json;
using PomIsa.Conformance.Protocol;
using PomIsa.Isa;

namespace PomIsa.Conformance.Vectors;

/// <summary>What a case expects: a value, or a refusal by one of the four stages.</summary>
public enum Expectation
{
    Value,
    Malformed,
    Invalid,
    Trap,
    Exhausted,
}

/// <summary>One case of a vector file: one assertion with everything that it expects.</summary>
public sealed class VectorCase
{
    private static readonly (string Field, Expectation Expectation)[] Refusals =
        [("malformed", Expectation.Malformed), ("invalid", Expectation.Invalid), ("trap", Expectation.Trap), ("exhausted", Expectation.Exhausted)];

    /// <param name="group">The file's opcode or topic.</param>
    /// <param name="json">The case.</param>
    /// <exception cref="RequestException">It has no name, or names a fault that there isn't.</exception>
    public VectorCase(string group, JsonElement json)
    {
        (Group, Json, Name) = (group, json, json.Text("name"));
        foreach ((string field, Expectation expectation) in Refusals)
        {
            JsonElement holder = IsProgram ? json : json.Field("expect");
            if (holder.TryField(field) is not null)
            {
                Fault = Enum.TryParse(holder.Text(field), out FaultCode code) && code != FaultCode.None
                    ? code
                    : throw new RequestException($"There is no fault '{holder.Text(field)}'.");
                Expectation = expectation;
            }
        }

        // A trap in a file may be the exhaustion of a bound: the code says which.
        Expectation = Fault == FaultCode.None ? Expectation.Value : Of(Fault.Stage());
    }

    /// <summary>The opcode that the case is about, or the topic of a file that is about none.</summary>
    public string Group { get; }

    /// <summary>Its name, unique in its file.</summary>
    public string Name { get; }

    /// <summary>The case.</summary>
    public JsonElement Json { get; }

    /// <summary>What it expects.</summary>
    public Expectation Expectation { get; }

    /// <summary>The fault that it expects, or None.</summary>
    public FaultCode Fault { get; }

    /// <summary>Whether it is a module to load, and perhaps to run, rather than operands of one instruction.</summary>
    public bool IsProgram => Json.TryField("module") is not null;

    /// <summary>Whether the module is to be run: only such a case says what is emitted.</summary>
    public bool IsRun => Json.TryField("emits") is not null;

    private static Expectation Of(Stage stage) => stage switch
    {
        Stage.Malformed => Expectation.Malformed,
        Stage.Invalid => Expectation.Invalid,
        Stage.Trap => Expectation.Trap,
        Stage.Exhausted => Expectation.Exhausted,
        _ => throw new ArgumentOutOfRangeException(nameof(stage)),
    };
}
