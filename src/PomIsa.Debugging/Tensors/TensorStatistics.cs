using System.Globalization;

namespace PomIsa.Debugging.Tensors;

/// <summary>What a person wants to know of a tensor's values at a glance.</summary>
/// <param name="Count">Elements.</param>
/// <param name="Least">Least element that is no NaN; NaN where there is none.</param>
/// <param name="Greatest">Greatest element that is no NaN; NaN where there is none.</param>
/// <param name="Mean">Mean of the finite elements, in double precision; NaN where there is none. For display only.</param>
/// <param name="NaNs">Elements that are NaN.</param>
/// <param name="Infinities">Elements that are infinite.</param>
/// <param name="FirstNaN">Index of the first NaN, or -1.</param>
/// <param name="FirstInfinity">Index of the first infinity, or -1.</param>
internal readonly record struct TensorStatistics(
    int Count, double Least, double Greatest, double Mean, int NaNs, int Infinities, int FirstNaN, int FirstInfinity)
{
    public static TensorStatistics Of(TensorElements elements)
    {
        double least = double.NaN, greatest = double.NaN, sum = 0;
        int count = elements.Count, nans = 0, infinities = 0, firstNaN = -1, firstInfinity = -1;
        for (int i = 0; i < count; i++)
        {
            double value = elements[i];
            if (double.IsNaN(value))
            {
                firstNaN = nans++ == 0 ? i : firstNaN;
                continue;
            }

            if (double.IsInfinity(value))
            {
                firstInfinity = infinities++ == 0 ? i : firstInfinity;
            }
            else
            {
                sum += value;
            }

            least = value >= least ? least : value;
            greatest = value <= greatest ? greatest : value;
        }

        int finite = count - nans - infinities;
        return new TensorStatistics(count, least, greatest, finite == 0 ? double.NaN : sum / finite, nans, infinities, firstNaN, firstInfinity);
    }

    /// <summary>Such as <c>min -1.5, max 2, mean 0.25, 0 NaN, 0 inf</c>.</summary>
    public string Describe(bool floating) => Count == 0 ? "empty" : string.Create(
        CultureInfo.InvariantCulture, $"min {Text(Least)}, max {Text(Greatest)}, mean {Text(Mean)}{(floating ? $", {NaNs} NaN, {Infinities} inf" : "")}");

    private static string Text(double value) =>
        value.ToString("G6", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal).Replace("Infinity", "inf", StringComparison.Ordinal);
}
