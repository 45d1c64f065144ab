namespace PomIsa.Text;

/// <summary>A stretch of text between special tokens, or a part of one.</summary>
/// <param name="Text">What it says.</param>
/// <param name="First">Whether the whole text begins with it.</param>
/// <param name="Last">Whether the whole text ends with it.</param>
internal readonly record struct Segment(string Text, bool First, bool Last);

/// <summary>Brings a text into the form that its tokens are spelled in.</summary>
internal delegate string Normalization(Segment segment);
