using System.Globalization;
using PomIsa.Assembly.Syntax;

namespace PomIsa.Assembly.Expressions;

/// <summary>A constant: an integer in [-2^63, 2^63], or an f32 held by its bits so that a NaN keeps its payload.</summary>
internal readonly record struct Value
{
    /// <summary>2^63: one more than an i64 holds, so that its negation can be written.</summary>
    public static readonly Int128 Greatest = (Int128)long.MaxValue + 1;

    private Value(bool isFloat, Int128 integer, uint bits) => (IsFloat, Integer, Bits) = (isFloat, integer, bits);

    public bool IsFloat { get; }

    public Int128 Integer { get; }

    public uint Bits { get; }

    public float Float => BitConverter.UInt32BitsToSingle(Bits);

    public static Value Of(Int128 integer) => new(false, integer, 0);

    public static Value OfBits(uint bits) => new(true, 0, bits);

    public static Value OfFloat(float value) => OfBits(BitConverter.SingleToUInt32Bits(value));

    /// <summary>True for an integer that the type holds without a change of value: what f32 operands take.</summary>
    public bool TryAsFloat(out uint bits)
    {
        bits = IsFloat ? Bits : BitConverter.SingleToUInt32Bits((float)Integer);
        return IsFloat || (Int128)(float)Integer == Integer;
    }

    public override string ToString() =>
        IsFloat ? Float.ToString(CultureInfo.InvariantCulture) : Integer.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The value of a <c>.repeat</c> variable, what encloses it, and where it is named.</summary>
internal sealed record Scope(string Name, Value Value, Scope? Parent, Span At = default)
{
    public static bool TryFind(Scope? scope, string name, out Value value)
    {
        for (; scope is not null; scope = scope.Parent)
        {
            if (scope.Name == name)
            {
                value = scope.Value;
                return true;
            }
        }

        value = default;
        return false;
    }
}
