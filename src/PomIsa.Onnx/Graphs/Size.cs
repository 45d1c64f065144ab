using System.Collections.Immutable;
using System.Globalization;

namespace PomIsa.Onnx.Graphs;

/// <summary>A dimension that is known as a formula: a polynomial with whole coefficients in named sizes, such as <c>past + sequence</c> or <c>12·batch</c>.</summary>
/// <remarks>
/// What no polynomial says (a quotient that does not come out even, a minimum of things that can't be compared) becomes a name of its own whose text is
/// the formula, so equal formulas stay equal and <see cref="Bind"/> can compute them once their parts are numbers. Named sizes are at least 0.
/// </remarks>
internal sealed class Size : IEquatable<Size>
{
    /// <summary>Terms that a formula has at most; a longer one would be a nuisance, not a shape.</summary>
    private const int MostTerms = 64;

    // Above the numbers that are made of it: static members come to be in their order.
    private static readonly ImmutableSortedDictionary<string, Term> Empty = ImmutableSortedDictionary.Create<string, Term>(StringComparer.Ordinal);

    // Coefficients by product of names; the empty product holds the number. No coefficient is 0.
    private readonly ImmutableSortedDictionary<string, Term> _terms;
    private string? _text;

    private Size(ImmutableSortedDictionary<string, Term> terms) => _terms = terms.Count <= MostTerms
        ? terms : throw new OnnxException("a shape's formula is too long");

    public static Size Zero { get; } = Of(0);

    public static Size One { get; } = Of(1);

    /// <summary>A number.</summary>
    public static Size Of(long value) => new(value == 0 ? Empty : Empty.Add("", new Term(value, [])));

    public static implicit operator Size(long value) => Of(value);

    /// <summary>A named size that the model leaves open.</summary>
    public static Size Named(string name) => OfFactor(new Factor(name, null, null, null));

    /// <summary>What a file calls an open size: a name, or a sum of names and numbers such as <c>past_sequence_length + sequence_length</c>, with those that are given.</summary>
    public static Size Sum(string text, IReadOnlyDictionary<string, int> given)
    {
        string[] parts = text.Split('+', StringSplitOptions.TrimEntries);
        if (!parts.All(static p => p.Length > 0 && p.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.')))
        {
            return Named(text);
        }

        Size sum = Zero;
        foreach (string part in parts)
        {
            sum += part.All(char.IsAsciiDigit) && parts.Length > 1 && part.Length < 9 ? Of(long.Parse(part, CultureInfo.InvariantCulture))
                : given.TryGetValue(part, out int size) ? Of(size)
                : Named(part);
        }

        return sum;
    }

    /// <summary>Whether it is a number.</summary>
    public bool IsNumber => _terms.Count == 0 || (_terms.Count == 1 && _terms.ContainsKey(""));

    /// <summary>The number.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public long Number => IsNumber ? Constant : throw new InvalidOperationException($"{this} is no number.");

    /// <summary>The name, if it is one named size and nothing else; else null.</summary>
    public string? Name => _terms.Count == 1 && _terms.First().Value is { Coefficient: 1, Factors: [{ Kind: null } only] } ? only.Text : null;

    /// <summary>A size of which nothing is known, not even a name that somebody could give a number: it equals only itself.</summary>
    public static Size Unknown(string what) => OfFactor(new Factor($"⟨{what}⟩", "unknown", null, null));

    /// <summary>Whether it depends on sizes of which nothing is known.</summary>
    public bool HasUnknown => _terms.Values.Any(static t => t.Factors.Any(static f => f.Kind == "unknown" || (f.A?.HasUnknown ?? false) || (f.B?.HasUnknown ?? false)));

    /// <summary>Names of the sizes that it depends on.</summary>
    public IEnumerable<string> Names => _terms.Values.SelectMany(static t => t.Factors).SelectMany(static f => f.Names).Distinct();

    private long Constant => _terms.TryGetValue("", out Term? term) ? term.Coefficient : 0;

    public static Size operator +(Size a, Size b)
    {
        ImmutableSortedDictionary<string, Term>.Builder sum = a._terms.ToBuilder();
        foreach ((string key, Term term) in b._terms)
        {
            Add(sum, key, term);
        }

        return new Size(sum.ToImmutable());
    }

    public static Size operator -(Size a, Size b) => a + (b * -1);

    public static Size operator *(Size a, Size b)
    {
        ImmutableSortedDictionary<string, Term>.Builder product = Empty.ToBuilder();
        foreach (Term x in a._terms.Values)
        {
            foreach (Term y in b._terms.Values)
            {
                ImmutableArray<Factor> factors = [.. x.Factors.Concat(y.Factors).OrderBy(static f => f.Text, StringComparer.Ordinal)];
                Add(product, Key(factors), new Term(checked(x.Coefficient * y.Coefficient), factors));
            }
        }

        return new Size(product.ToImmutable());
    }

    /// <summary>The quotient where it comes out even whatever the names stand for (a divisor that can be 0 is taken as not 0); else null.</summary>
    public Size? DividedEvenly(Size by)
    {
        if (by._terms.Count != 1)
        {
            return by._terms.Count > 0 ? DividedBySum(by) : null;
        }

        Term divisor = by._terms.First().Value;
        ImmutableSortedDictionary<string, Term>.Builder quotient = Empty.ToBuilder();
        foreach (Term term in _terms.Values)
        {
            List<Factor> left = [.. term.Factors];
            if (term.Coefficient % divisor.Coefficient != 0 || !divisor.Factors.All(left.Remove))
            {
                return null;
            }

            Add(quotient, Key([.. left]), new Term(term.Coefficient / divisor.Coefficient, [.. left]));
        }

        return new Size(quotient.ToImmutable());
    }

    /// <summary>A quotient of one term by a sum, such as <c>12·past + 12·now</c> by <c>past + now</c>.</summary>
    private Size? DividedBySum(Size by)
    {
        if (_terms.Count == 0)
        {
            return Zero;
        }

        Size one = new(Empty.Add(_terms.First().Key, _terms.First().Value));
        foreach ((string key, Term term) in by._terms)
        {
            if (one.DividedEvenly(new Size(Empty.Add(key, term))) is { } quotient && (quotient * by).Equals(this))
            {
                return quotient;
            }
        }

        return null;
    }

    /// <summary>The quotient rounded down.</summary>
    public Size FloorDividedBy(Size by) =>
        IsNumber && by.IsNumber ? by.Number == 0 ? throw new OnnxException("a shape divides by 0") : Of(FloorOf(Number, by.Number))
        : DividedEvenly(by) ?? OfFactor(new Factor($"({this}) div ({by})", "div", this, by));

    /// <summary>The smaller one.</summary>
    public static Size Min(Size a, Size b) => Smaller(a, b) ?? OfFactor(new Factor(Two("min", a, b), "min", a, b));

    /// <summary>The greater one.</summary>
    public static Size Max(Size a, Size b) => Smaller(a, b) is { } smaller ? smaller.Equals(a) ? b : a : OfFactor(new Factor(Two("max", a, b), "max", a, b));

    /// <summary>Whether it is at least 0 whatever the names stand for; false where that can't be told.</summary>
    public bool IsNeverNegative => Range.Least >= 0;

    /// <summary>Bounds that it keeps whatever the names stand for, each from 0 to the greatest maximum of a symbol.</summary>
    public (Int128 Least, Int128 Most) Range
    {
        get
        {
            (Int128 Least, Int128 Most) sum = (0, 0);
            foreach (Term term in _terms.Values)
            {
                (Int128 Least, Int128 Most) product = (term.Coefficient, term.Coefficient);
                foreach (Factor factor in term.Factors)
                {
                    product = Bounds.Product(product, factor.Range);
                }

                sum = (Bounds.Clamp(sum.Least + product.Least), Bounds.Clamp(sum.Most + product.Most));
            }

            return sum;
        }
    }

    /// <summary>The same with some names replaced.</summary>
    public Size Bind(IReadOnlyDictionary<string, Size> values)
    {
        if (IsNumber || !Names.Any(values.ContainsKey))
        {
            return this;
        }

        return Mapped(f => f.Bind(values));
    }

    /// <summary>The same where sizes are known to keep to bounds: the minimum of 1024 and <c>past + now</c> is the latter if it is at most 1024 anyway.</summary>
    public Size Within(IReadOnlyList<(Size Size, long Most)> bounds) =>
        bounds.Count == 0 || !_terms.Values.Any(static t => t.Factors.Any(static f => f.A is not null)) ? this : Mapped(f => f.Within(bounds));

    private Size Mapped(Func<Factor, Size> map)
    {
        Size sum = Zero;
        foreach (Term term in _terms.Values)
        {
            Size product = Of(term.Coefficient);
            foreach (Factor factor in term.Factors)
            {
                product *= map(factor);
            }

            sum += product;
        }

        return sum;
    }

    /// <summary>Where this is a number's minimum with another size: both.</summary>
    public bool IsClampOf(Size other, out long most)
    {
        most = _terms.Count == 1 && _terms.First().Value is { Coefficient: 1, Factors: [{ Kind: "min" } only] }
            ? only.A!.IsNumber && only.B!.Equals(other) ? only.A.Number : only.B!.IsNumber && only.A!.Equals(other) ? only.B.Number : -1 : -1;
        return most >= 0;
    }

    public bool Equals(Size? other) => other is not null && (ReferenceEquals(this, other) || ToString() == other.ToString());

    public override bool Equals(object? obj) => Equals(obj as Size);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    /// <summary>Such as <c>2·batch + 1</c>.</summary>
    public override string ToString() => _text ??= _terms.Count == 0 ? "0" : string.Join(" + ", _terms.Reverse().Select(static t => t.Value.ToString()));

    private static Size OfFactor(Factor factor) => new(Empty.Add(factor.Text, new Term(1, [factor])));

    private static string Key(ImmutableArray<Factor> factors) => string.Join('·', factors.Select(static f => f.Text));

    private static string Two(string what, Size a, Size b)
    {
        string[] both = [a.ToString(), b.ToString()];
        Array.Sort(both, StringComparer.Ordinal);
        return $"{what}({both[0]}, {both[1]})";
    }

    private static Size? Smaller(Size a, Size b)
    {
        // No dimension comes near 2^31: exporters write such numbers where they mean "to the end".
        const long Endless = int.MaxValue - 1;
        return (b - a).IsNeverNegative || (b.IsNumber && b.Number >= Endless) ? a
            : (a - b).IsNeverNegative || (a.IsNumber && a.Number >= Endless) ? b
            : null;
    }

    private static void Add(ImmutableSortedDictionary<string, Term>.Builder to, string key, Term term)
    {
        long sum = checked(term.Coefficient + (to.TryGetValue(key, out Term? old) ? old.Coefficient : 0));
        if (sum == 0)
        {
            to.Remove(key);
        }
        else
        {
            to[key] = term with { Coefficient = sum };
        }
    }

    private static long FloorOf(long a, long b) => (a / b) - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);

    /// <summary>A coefficient and what it multiplies.</summary>
    private sealed record Term(long Coefficient, ImmutableArray<Factor> Factors)
    {
        public override string ToString() => Factors.IsEmpty ? Coefficient.ToString(CultureInfo.InvariantCulture)
            : Coefficient == 1 ? Key(Factors)
            : string.Create(CultureInfo.InvariantCulture, $"{Coefficient}·{Key(Factors)}");
    }

    /// <summary>A name, or an operation that no polynomial says.</summary>
    private sealed record Factor(string Text, string? Kind, Size? A, Size? B)
    {
        public IEnumerable<string> Names => Kind is null ? [Text] : A is null ? [] : A.Names.Concat(B!.Names);

        public (Int128 Least, Int128 Most) Range => Kind switch
        {
            null => (0, Isa.Limits.SymbolMaximum),
            "unknown" => (0, Isa.Limits.Dimension),
            "div" => Bounds.Quotient(A!.Range, B!.Range),
            "min" => (Int128.Min(A!.Range.Least, B!.Range.Least), Int128.Min(A.Range.Most, B.Range.Most)),
            _ => (Int128.Max(A!.Range.Least, B!.Range.Least), Int128.Max(A.Range.Most, B.Range.Most)),
        };

        public bool Equals(Factor? other) => other?.Text == Text;

        public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

        public Size Bind(IReadOnlyDictionary<string, Size> values) => Kind switch
        {
            null => values.GetValueOrDefault(Text) ?? OfFactor(this),
            "unknown" => OfFactor(this),
            _ => Made(A!.Bind(values), B!.Bind(values)),
        };

        public Size Within(IReadOnlyList<(Size Size, long Most)> bounds)
        {
            if (A is null)
            {
                return OfFactor(this);
            }

            (Size a, Size b) = (A.Within(bounds), B!.Within(bounds));
            bool Keeps(Size size, Size most) => Kind == "min" && most.IsNumber && bounds.Any(k => k.Most <= most.Number && (k.Size - size).IsNeverNegative);
            return Keeps(a, b) ? a : Keeps(b, a) ? b : Made(a, b);
        }

        private Size Made(Size a, Size b) => Kind switch
        {
            "div" => a.FloorDividedBy(b),
            "min" => Min(a, b),
            _ => Max(a, b),
        };
    }
}
