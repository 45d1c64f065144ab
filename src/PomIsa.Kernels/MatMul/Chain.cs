namespace PomIsa.Kernels;

/// <summary>Where the chains of one tile begin and what becomes of them.</summary>
internal enum Chain : byte
{
    /// <summary>From +0; y becomes what they give: the first block of a sum.</summary>
    First,

    /// <summary>From +0; what they give is added to y: a later block.</summary>
    Later,

    /// <summary>From y, where an earlier tile left them; y becomes what they give: more steps of the same block.</summary>
    Resumed,
}
