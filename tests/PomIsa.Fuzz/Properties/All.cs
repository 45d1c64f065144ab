namespace PomIsa.Fuzz.Properties;

/// <summary>Every property, for tests and for long runs.</summary>
internal static class All
{
    public static readonly FuzzProperty[] Properties =
    [
        new("the machine equals the reference, record by record", 6, Machines.EqualsReference),
        new("the number of threads does not matter", 3, Machines.ThreadsDoNotMatter),
        new("bounds hold, and are exact where nothing varies", 2, Machines.BoundsHold),
        new("encoding and decoding are inverse", 2, Texts.EncodeAndDecode),
        new("assembling and disassembling are inverse", 3, Texts.AssembleAndDisassemble),
        new("a step over many rows equals steps over one", 3, Batches.EqualRows),
        new("a run that was cut off and resumed equals an undisturbed one", 1, Resuming.IsAsUninterrupted),
        new("changed bytes get a verdict", 3, Mutations.OfModules),
        new("changed source gets a verdict", 3, Mutations.OfSource),
    ];
}
