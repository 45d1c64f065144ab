namespace PomIsa.Evidence.Notes;

/// <summary>Why a signed note was refused.</summary>
public enum NoteFault : byte
{
    None = 0,

    /// <summary>The bytes are not a signed note.</summary>
    Malformed,

    /// <summary>Longer than is looked at, or with more signatures.</summary>
    TooLarge,

    /// <summary>A signature in the name of a known key is wrong.</summary>
    BadSignature,

    /// <summary>No known key signed.</summary>
    NoKnownSignature,

    /// <summary>The note is sound; its text is not a checkpoint.</summary>
    NotACheckpoint,

    /// <summary>The checkpoint is another log's.</summary>
    WrongOrigin,
}
