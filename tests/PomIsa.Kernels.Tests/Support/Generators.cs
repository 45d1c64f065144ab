using FsCheck;
using FsCheck.Fluent;

namespace PomIsa.Kernels.Tests;

/// <summary>An f32 with any exponent, subnormals, infinities, NaN and both zeros included.</summary>
public readonly record struct Wild(float Value);

/// <summary>Lengths that sit around the boundaries of the kernels.</summary>
public readonly record struct Length(int Value);

/// <summary>A seed that properties spread into as many values as they need.</summary>
public readonly record struct Seed(uint Value);

public static class Generators
{
    private static readonly float[] Special =
    [
        0f, -0f, 1f, -1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue,
        float.Epsilon, -float.Epsilon, 1.17549435e-38f, -1.17549435e-38f, 88.72284f, -103.97208f, 5.9604645e-08f, -5.9604645e-08f,
        1.1920929e-07f, 0.5f, 2f, 3f, 127f, 255f, 16777216f,
    ];

    public static Arbitrary<Wild> Wilds() =>
        Gen.Frequency(
            (4, Gen.Choose(int.MinValue, int.MaxValue).Select(static bits => BitConverter.Int32BitsToSingle(bits))),
            (1, Gen.Elements(Special))).Select(static value => new Wild(value)).ToArbitrary();

    public static Arbitrary<Length> Lengths() =>
        Gen.Frequency(
            (3, Gen.Elements(0, 1, 2, 15, 16, 17, 31, 33, 255, 256, 257, 511, 512, 513)),
            (1, Gen.Choose(0, 700))).Select(static value => new Length(value)).ToArbitrary();

    public static Arbitrary<Seed> Seeds() =>
        Gen.Choose(0, int.MaxValue).Select(static value => new Seed((uint)value)).ToArbitrary();
}
