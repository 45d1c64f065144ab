using System.Collections.Immutable;

namespace PomIsa.Architectures.Rotary;

/// <summary>In which order the values of a head stand.</summary>
internal static class HeadOrder
{
    /// <summary>Where each value comes from when only the first <paramref name="turned"/> values of a head are turned.</summary>
    /// <remarks>
    /// The machine turns value j with value j + half a head. So the first halves of turned and unturned values stand together, then the second halves;
    /// the unturned pairs get an angle of 0. Queries and keys are ordered alike, which leaves their products as they are.
    /// </remarks>
    public static ImmutableArray<int> Partial(int head, int turned)
    {
        if (turned == head)
        {
            return [.. Enumerable.Range(0, head)];
        }

        int rotary = turned / 2, rest = (head - turned) / 2;
        return
        [
            .. Enumerable.Range(0, rotary), .. Enumerable.Range(turned, rest),
            .. Enumerable.Range(rotary, rotary), .. Enumerable.Range(turned + rest, rest),
        ];
    }
}
