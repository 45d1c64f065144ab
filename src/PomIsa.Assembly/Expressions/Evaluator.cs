using System.Diagnostics;
using System.Text;
using PomIsa.Assembly.Diagnostics;
using PomIsa.Assembly.Generated;
using PomIsa.Assembly.Syntax;
using PomIsa.Isa;

namespace PomIsa.Assembly.Expressions;

/// <summary>Constants, and what expressions and names over them come to. A failure has been reported when false comes back.</summary>
internal sealed class Evaluator(DiagnosticBag diagnostics)
{
    private static readonly string[] Functions = ["min", "max", "sqrt"];
    private readonly Dictionary<string, Value> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PomIsaParser.ExpressionContext?> _interpolations = new(StringComparer.Ordinal);

    public bool TryDefine(string name, Value value) => _constants.TryAdd(name, value);

    public bool IsConstant(string name) => _constants.ContainsKey(name);

    public IEnumerable<string> Constants => _constants.Keys;

    /// <summary>The name with its braces filled in; null if that failed.</summary>
    public string? Name(SourceFile file, PomIsaParser.NameContext context, Scope? scope)
    {
        var text = Names.Text(context);
        var span = file.Span(context);
        if (text.StartsWith('"'))
        {
            if (!Names.TryUnquote(text, out var unquoted) || unquoted.Length == 0)
            {
                diagnostics.Add(span, DiagnosticCode.BadName, "a quoted name is not empty and has no escapes but \\\" \\\\ \\u{…}");
                return null;
            }

            text = unquoted;
        }
        else if (text.Contains('{', StringComparison.Ordinal))
        {
            if (Interpolate(text, span, scope) is not { } filled)
            {
                return null;
            }

            text = filled;
        }

        if (Encoding.UTF8.GetByteCount(text) > Limits.NameBytes || text.Any(char.IsControl))
        {
            diagnostics.Add(span, DiagnosticCode.BadName, $"a name has at most {Limits.NameBytes} bytes and no control characters");
            return null;
        }

        return text;
    }

    public bool TryEvaluate(SourceFile file, PomIsaParser.ExpressionContext expression, Scope? scope, out Value value) =>
        TryEvaluate(new Place(file, null, scope), expression, out value);

    /// <summary>An integer from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public bool TryInteger(
        SourceFile file, PomIsaParser.ExpressionContext expression, Scope? scope, string what, long least, long most, out long value)
    {
        value = 0;
        if (!TryEvaluate(file, expression, scope, out var result))
        {
            return false;
        }

        if (result.IsFloat || result.Integer < least || result.Integer > most)
        {
            diagnostics.Add(file.Span(expression), DiagnosticCode.OutOfRange,
                least == long.MinValue ? $"{what} is a whole number of 64 bits, not {result}" : $"{what} is a whole number from {least} to {most}, not {result}");
            return false;
        }

        value = (long)result.Integer;
        return true;
    }

    private string? Interpolate(string text, Span span, Scope? scope)
    {
        var result = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            if (text[at] != '{')
            {
                result.Append(text[at++]);
                continue;
            }

            var end = text.IndexOf('}', at);
            var inner = text[(at + 1)..end];
            if (!_interpolations.TryGetValue(inner, out var tree))
            {
                _interpolations[inner] = tree = SourceParser.ParseInterpolation(inner);
            }

            if (tree is null)
            {
                diagnostics.Add(span, DiagnosticCode.BadName, $"'{inner}' between the braces is not an expression");
                return null;
            }

            if (!TryEvaluate(new Place(span.File, span, scope), tree, out var value))
            {
                return null;
            }

            if (value.IsFloat || value.Integer < 0)
            {
                diagnostics.Add(span, DiagnosticCode.BadName, $"braces in a name hold a whole number from 0, not {value}");
                return null;
            }

            result.Append(value);
            at = end + 1;
        }

        return result.ToString();
    }

    private bool TryEvaluate(Place place, PomIsaParser.ExpressionContext expression, out Value value)
    {
        var terms = expression.term();
        var signs = expression.children.Where(child => child is Antlr4.Runtime.Tree.ITerminalNode).ToArray();
        if (!TryTerm(place, terms[0], out value))
        {
            return false;
        }

        for (var i = 1; i < terms.Length; i++)
        {
            if (!TryTerm(place, terms[i], out var right)
                || !TryApply(place, terms[i], signs[i - 1].GetText()[0], value, right, out value))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryTerm(Place place, PomIsaParser.TermContext term, out Value value)
    {
        var factors = term.factor();
        var signs = term.children.Where(child => child is Antlr4.Runtime.Tree.ITerminalNode).ToArray();
        if (!TryFactor(place, factors[0], out value))
        {
            return false;
        }

        for (var i = 1; i < factors.Length; i++)
        {
            if (!TryFactor(place, factors[i], out var right)
                || !TryApply(place, factors[i], signs[i - 1].GetText()[0], value, right, out value))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryFactor(Place place, PomIsaParser.FactorContext factor, out Value value)
    {
        if (!TryAtom(place, factor.atom(), out value))
        {
            return false;
        }

        if ((factor.ChildCount - 1) % 2 != 0)
        {
            // The sign bit is flipped, so -0.0 is minus zero and a NaN keeps its payload.
            value = value.IsFloat ? Value.OfBits(value.Bits ^ 0x8000_0000u) : Value.Of(-value.Integer);
        }

        return true;
    }

    private bool TryAtom(Place place, PomIsaParser.AtomContext atom, out Value value)
    {
        value = default;
        switch (atom)
        {
            case PomIsaParser.IntegerContext when Numbers.TryInteger(atom.Start.Text, out value):
            case PomIsaParser.FloatContext when Numbers.TryFloat(atom.Start.Text, out value):
                return true;
            case PomIsaParser.IntegerContext:
                diagnostics.Add(place.Span(atom), DiagnosticCode.BadNumber, "an integer is at most 2^63 = 9223372036854775808");
                return false;
            case PomIsaParser.FloatContext:
                diagnostics.Add(place.Span(atom), DiagnosticCode.BadNumber, "no finite f32 has exactly this value",
                    "hexadecimal floats must be exact, and bits: takes eight digits");
                return false;
            case PomIsaParser.GroupContext group:
                return TryEvaluate(place, group.expression(), out value);
            case PomIsaParser.NameOrCallContext { ChildCount: > 1 } call:
                return TryCall(place, call, out value);
            case PomIsaParser.NameOrCallContext named:
                return TryConstant(place, named, out value);
            default:
                throw new UnreachableException("The grammar has no other atom.");
        }
    }

    private bool TryConstant(Place place, PomIsaParser.NameOrCallContext named, out Value value)
    {
        value = default;
        var name = Name(place.File, named.name(), place.Scope);
        if (name is null)
        {
            return false;
        }

        if (Scope.TryFind(place.Scope, name, out value) || _constants.TryGetValue(name, out value))
        {
            return true;
        }

        var loop = new List<string>();
        for (var scope = place.Scope; scope is not null; scope = scope.Parent)
        {
            loop.Add(scope.Name);
        }

        diagnostics.Unknown(place.Span(named), DiagnosticCode.UnknownConstant, "constant", name, loop.Concat(_constants.Keys));
        return false;
    }

    private bool TryCall(Place place, PomIsaParser.NameOrCallContext call, out Value value)
    {
        value = default;
        var name = Names.Text(call.name());
        var arguments = call.expression();
        if (!Functions.Contains(name))
        {
            diagnostics.Unknown(place.Span(call), DiagnosticCode.UnknownConstant, "function of constants", name, Functions, "there are min, max and sqrt");
            return false;
        }

        if (arguments.Length != (name == "sqrt" ? 1 : 2))
        {
            diagnostics.Add(place.Span(call), DiagnosticCode.OperandCount, name == "sqrt" ? "sqrt takes one value" : $"{name} takes two values");
            return false;
        }

        if (!TryEvaluate(place, arguments[0], out var left))
        {
            return false;
        }

        if (name == "sqrt")
        {
            return TryFloatResult(place, call, MathF.Sqrt(left.IsFloat ? left.Float : (float)left.Integer), out value);
        }

        return TryEvaluate(place, arguments[1], out var right)
            && TryApply(place, call, name == "min" ? 'm' : 'M', left, right, out value);
    }

    private bool TryApply(Place place, Antlr4.Runtime.ParserRuleContext at, char sign, Value left, Value right, out Value value)
    {
        value = default;
        if (left.IsFloat || right.IsFloat)
        {
            // One f32 operation, rounded once; integers become the nearest f32 first.
            var (x, y) = (left.IsFloat ? left.Float : (float)left.Integer, right.IsFloat ? right.Float : (float)right.Integer);
            return TryFloatResult(place, at, sign switch
            {
                '+' => x + y,
                '-' => x - y,
                '*' => x * y,
                '/' => x / y,
                'm' => MathF.Min(x, y),
                'M' => MathF.Max(x, y),
                _ => float.NaN,
            }, out value);
        }

        var (a, b) = (left.Integer, right.Integer);
        if (sign is '/' or '%' && b == 0)
        {
            diagnostics.Add(place.Span(at), DiagnosticCode.DivisionByZero, "division by zero");
            return false;
        }

        // Both are at most 2^63 in size, so even the product fits in 128 bits.
        var result = sign switch
        {
            '+' => a + b,
            '-' => a - b,
            '*' => a * b,
            '/' => a / b,
            '%' => a % b,
            'm' => Int128.Min(a, b),
            _ => Int128.Max(a, b),
        };
        value = Value.Of(result);
        if (Int128.Abs(result) > Value.Greatest)
        {
            diagnostics.Add(place.Span(at), DiagnosticCode.Overflow, "the result does not fit in 64 bits");
            return false;
        }

        return true;
    }

    private bool TryFloatResult(Place place, Antlr4.Runtime.ParserRuleContext at, float result, out Value value)
    {
        value = Value.OfFloat(result);
        if (!float.IsFinite(result))
        {
            diagnostics.Add(place.Span(at), DiagnosticCode.Overflow, "the result is not a finite f32");
            return false;
        }

        return true;
    }

    /// <summary>Where an expression stands: inside the braces of a name, every mistake is shown at the whole name.</summary>
    private readonly record struct Place(SourceFile File, Span? Whole, Scope? Scope)
    {
        public Span Span(Antlr4.Runtime.ParserRuleContext context) => Whole ?? File.Span(context);
    }
}
