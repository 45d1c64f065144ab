using System.Collections.Immutable;
using PomIsa.Text.Templates;

namespace PomIsa.Text.Tests;

/// <summary>The language of chat templates, by single rules.</summary>
public sealed class TemplateTests
{
    private static string Render(string source) => ChatTemplate.Parse(source).Render([new ChatMessage("user", "Hi"), new ChatMessage("assistant", "Ho")], true, ImmutableDictionary<string, string>.Empty);

    private static TemplateException Refused(string source) => Assert.Throws<TemplateException>(() => Render(source));

    [Theory]
    [InlineData("{{ 1 + 2 * 3 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 10 }}", "7 3 -4 2 3.5 1024")]
    [InlineData("{{ 'a' ~ 1 ~ true ~ none }} {{ 'a' + 'b' }} {{ 'ab' * 2 }}", "a1TrueNone ab abab")]
    [InlineData("{{ 1 == 1.0 }} {{ 1 < 2 < 3 }} {{ 'a' != 'b' }} {{ [1, 2] == [1, 2] }} {{ {'a': 1} == {'a': 1} }}", "True True True True True")]
    [InlineData("{{ 'el' in 'Hello' }} {{ 3 not in [1, 2] }} {{ 'k' in {'k': 0} }}", "True True True")]
    [InlineData("{{ not false and true or false }} {{ '' or 'x' }} {{ 'a' and 'b' }} {{ none or 0 }}", "True x b 0")]
    [InlineData("{{ 'a' if true else 'b' }}{{ 'a' if false }}{{ ('x' if 0 else 'y') ~ 'z' }}", "ayz")]
    [InlineData("{{ [1, 'a', none, 1.5, [true], {'k': 'v'}] }}", "[1, 'a', None, 1.5, [True], {'k': 'v'}]")]
    [InlineData("{{ 'abcdef'[1:3] }} {{ 'abc'[-1] }} {{ [1, 2, 3][::-1] }} {{ [1, 2, 3, 4][1::2] }} {{ [1, 2][:1] }} {{ 'abc'[5:] }}|", "bc c [3, 2, 1] [2, 4] [1] |")]
    [InlineData("{{ messages[0].content }} {{ messages[-1]['role'] }} {{ messages[1:] | length }} {{ messages[9] is defined }}", "Hi assistant 1 False")]
    [InlineData("{{ missing }}|{{ missing is defined }}|{{ missing | default('d') }}|{{ '' | default('e', true) }}|{{ none | d('x') }}", "|False|d|e|None")]
    [InlineData("{{ 'x' is string }} {{ messages is sequence }} {{ messages[0] is mapping }} {{ none is none }} {{ 3 is odd }} {{ 6 is divisibleby 3 }} {{ 'a' is not none }} {{ 1 is number }}", "True True True True True True True True")]
    [InlineData("{{ ' a '.strip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'a,b'.split(',') }}|{{ 'a b  c'.split() }}|{{ 'a.b.c'.split('.', 1)[-1] }}", "a|a|['a', 'b']|['a', 'b', 'c']|b.c")]
    [InlineData("{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'c')) }} {{ 'aXa'.replace('X', '-') }} {{ 'hello world'.title() }} {{ 'ABC'.lower() }}", "True True a-a Hello World abc")]
    [InlineData("{{ 'a</think>b'.split('</think>')[-1].lstrip('\\n') }}", "b")]
    [InlineData("{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }};{% endfor %}", "a=1;b=2;")]
    [InlineData("{{ {'a': 1}.get('a') }} {{ {'a': 1}.get('b', 'c') }} {{ {'a': 1}.get('b') }} {{ {'a': 1}.keys() }}", "1 c None ['a']")]
    [InlineData("{{ {'a': [1, 'ü\"', true, none], 'b': {}} | tojson }}", "{\"a\": [1, \"ü\\\"\", true, null], \"b\": {}}")]
    [InlineData("{{ {'a': [1, 2]} | tojson(indent=2) }}", "{\n  \"a\": [\n    1,\n    2\n  ]\n}")]
    [InlineData("{{ [1, 2, 3] | join(', ') }} {{ messages | map(attribute='content') | join('/') }} {{ messages | selectattr('role', 'equalto', 'user') | list | length }}", "1, 2, 3 Hi/Ho 1")]
    [InlineData("{{ ' x ' | trim | upper }} {{ 'abc' | length }} {{ [3, 1, 2] | sort | first }} {{ [1, 2] | last }} {{ '5' | int + 1 }} {{ [1, 2] | sum }} {{ 'a' | capitalize }} {{ ['b', 'a', 'b'] | unique | list }}", "X 3 1 2 6 3 A ['b', 'a']")]
    [InlineData("{{ -3 | abs }} {{ +2 }} {{ -1.5 }} {{ [1, -1][1] }}", "3 2 -1.5 -1")] // a filter takes the sign with it
    [InlineData("{{ 'a' 'b' }}{{ (1, 2) }}{{ () }}{{ 'it\\'s\\n' }}{{ \"\\u00e9\\x41\" }}", "ab[1, 2][]it's\néA")]
    public void Expressions_have_the_values_that_Jinja_gives_them(string source, string expected) => Assert.Equal(expected, Render(source));

    [Theory]
    [InlineData("{{ 'aé\U0001F600z'[1:3] }}|{{ 'aé\U0001F600z'[2] }}|{{ 'aé\U0001F600z' | length }}|{{ 'aé\U0001F600z'[::-1] }}", "é\U0001F600|\U0001F600|4|z\U0001F600éa")]
    [InlineData("{{ 'abc'[-5:2] }}|{{ 'abc'[-2:] }}|{{ 'abc'[9:] }}|{{ 'abc'[:-1] }}|{{ 'abc'[2:1] }}|{{ 'abc'[-3] }}|{{ 'abc'[3] is defined }}", "ab|bc||ab||a|False")]
    [InlineData("{% set long = 'xy' * 100000 %}{{ long | length }} {{ long[-1] }} {{ long[199998:] }} {{ 'yx' in long }}", "200000 y xy True")]
    public void Texts_are_cut_at_characters_however_long_they_are(string source, string expected) => Assert.Equal(expected, Render(source));

    [Theory]
    [InlineData("{% if messages | length > 1 %}a{% elif true %}b{% else %}c{% endif %}", "a")]
    [InlineData("{% if not messages %}a{% elif messages[0]['role'] == 'user' %}b{% else %}c{% endif %}", "b")]
    [InlineData("{% for m in messages %}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }} {% endfor %}", "0TrueFalse2 1FalseTrue2 ")]
    [InlineData("{% for m in messages if m.role == 'user' %}{{ m.content }}{{ loop.index }}{% else %}none{% endfor %}", "Hi1")]
    [InlineData("{% for m in [] %}x{% else %}none{% endfor %}", "none")]
    [InlineData("{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}", "02")]
    [InlineData("{% for i in range(3, 0, -1) %}{{ i }}{% endfor %}", "321")]
    [InlineData("{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}", "231")]
    [InlineData("{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}", "2")]
    [InlineData("{% set ns = namespace(n=0, found=false) %}{% for i in [1, 2] %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}{{ ns.found }}", "3False")]
    [InlineData("{% set a, b = [1, 2] %}{{ b }}{{ a }}{% set t %}x{{ a }}{% endset %}{{ t }}", "21x1")]
    [InlineData("{% macro f(a, b='-') %}{{ b }}{{ a }}{{ b }}{% endmacro %}{{ f('x') }}{{ f('y', b='+') }}", "-x-+y+")]
    [InlineData("{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}", "HiHo")]
    [InlineData("{% for m in messages %}{{ loop.previtem.content if loop.previtem is defined }}{% if loop.nextitem is not defined %}.{% endif %}{% endfor %}", "Hi.")]
    [InlineData("{# a comment #}x{{ raise_exception is defined }}{{ strftime_now is defined }}", "xTrueFalse")]
    public void Statements_do_what_Jinjas_do(string source, string expected) => Assert.Equal(expected, Render(source));

    [Theory]
    [InlineData("a\n{% if true %}\nb\n{% endif %}\nc", "a\nb\nc")] // a block's own line leaves nothing
    [InlineData("a\n  {% if true %}\n  b\n  {% endif %}\nc\n", "a\n  b\nc")]
    [InlineData("a\n  {{ 'x' }}\nb", "a\n  x\nb")]
    [InlineData("a  {{- 'x' -}}  b", "axb")]
    [InlineData("a \n {%- if true -%} \n b \n {%- endif %} c", "ab c")]
    [InlineData("a {% if true %} b{% endif %}", "a  b")]
    [InlineData("a\n  {%+ if true +%}\nb{% endif %}", "a\n  \nb")]
    [InlineData("a\n{# c #}\nb {#- d -#} e", "a\nbe")]
    [InlineData("x{% if true %}\n  {% if true %}\ny{% endif %}{% endif %}", "xy")]
    [InlineData("last\n", "last")]
    [InlineData("last\n\n", "last\n")]
    [InlineData("a\r\n{% if true %}\r\nb{% endif %}", "a\nb")]
    [InlineData("{{ {'a': {'b': '}}'}}['a']['b'] }}", "}}")]
    public void White_space_around_tags_is_theirs(string source, string expected) => Assert.Equal(expected, Render(source));

    [Theory]
    [InlineData("{{ raise_exception('Roles must alternate') }}", "line 1: Roles must alternate.")]
    [InlineData("a\n\n{{ 1 / 0 }}", "line 3: a number is divided by zero.")]
    [InlineData("{{ missing.part }}", "'missing' is undefined")]
    [InlineData("{{ missing('x') }}", "missing is no function")]
    [InlineData("{{ strftime_now('%d') }}", "strftime_now is no function")]
    [InlineData("{{ 'a' + 1 }}", "'+' is not possible between a text and a number")]
    [InlineData("{{ 'a' | frobnicate }}", "there is no filter 'frobnicate' here")]
    [InlineData("{{ 'a' is odder }}", "there is no test 'odder' here")]
    [InlineData("{{ 'a'.format(1) }}", "a text has no method format here")]
    [InlineData("{{ [].append(1) }}", "a list has no method append here")]
    [InlineData("{% include 'x' %}", "there is no block 'include' here")]
    [InlineData("{% if true %}", "'endif' is expected")]
    [InlineData("{% endif %}", "this block closes nothing")]
    [InlineData("{{ 1", "a tag has no end")]
    [InlineData("{{ 'a }}", "a text has no end")]
    [InlineData("{# a", "a comment has no end")]
    [InlineData("{{ ; }}", "';' has no meaning here")]
    [InlineData("{{ }}", "a value is expected")]
    [InlineData("{{ 99999999999999999999 }}", "is too large")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "a number is too large")]
    [InlineData("{% set messages.x = 1 %}", "messages is no namespace")]
    [InlineData("{{ messages[0:1:0] }}", "a slice has the step 0")]
    [InlineData("{{ range(1, 5, 0) }}", "has the step 0")]
    public void What_is_wrong_is_told_with_its_line(string source, string says) => Assert.Contains(says, Refused(source).Message, StringComparison.Ordinal);

    /// <summary>Programs of strangers: each would take all time or memory, or the stack.</summary>
    [Theory]
    [InlineData("{% for i in range(60000) %}{% for j in range(60000) %}x{% endfor %}{% endfor %}", "too")]
    [InlineData("{{ 'a' * 999999999999 }}", "too long a text")]
    [InlineData("{% set ns = namespace(s='ab') %}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}", "too long a text")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = ns.l + ns.l %}{% endfor %}", "too")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}", "too")]
    [InlineData("{% set ns = namespace(l=[1]) %}{% for i in range(5000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l | tojson }}", "nested too deep")]
    [InlineData("{% set ns = namespace(l=[1], m=[1]) %}{% for i in range(5000) %}{% set ns.l = [ns.l] %}{% set ns.m = [ns.m] %}{% endfor %}{{ ns.l == ns.m }}", "nested too deep")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "too deep")]
    [InlineData("{{ range(999999999) }}", "too long a list")]
    [InlineData("{% set ns = namespace(s='aa') %}{% for i in range(60) %}{% set ns.s = ns.s | replace('a', 'aa') %}{% endfor %}", "too long a text")]
    [InlineData("{{ '' | indent(9999999) }}", "indents too far")]
    [InlineData("{% set long = 'x' * 1000000 %}{% for i in range(60000) %}{% if 'y' in long %}{% endif %}{% endfor %}", "too many steps")]
    public void Templates_end_at_their_limits(string source, string says) => Assert.Contains(says, Refused(source).Message, StringComparison.Ordinal);

    [Fact]
    public void Deep_nesting_is_refused_before_the_stack_ends()
    {
        foreach (string source in (string[])
        [
            "{{ " + new string('(', 20000) + "1" + new string(')', 20000) + " }}",
            "{{ " + string.Concat(Enumerable.Repeat("not ", 20000)) + "1 }}",
            "{{ " + string.Concat(Enumerable.Repeat("- ", 20000)) + "1 }}",
            "{{ " + string.Concat(Enumerable.Repeat("1 + ", 20000)) + "1 }}",
            "{{ 'a'" + string.Concat(Enumerable.Repeat("|trim", 20000)) + " }}",
            "{{ a" + string.Concat(Enumerable.Repeat(".b", 20000)) + " }}",
            string.Concat(Enumerable.Repeat("{% if true %}", 5000)),
            "{{ " + string.Concat(Enumerable.Repeat("1 if 1 else ", 20000)) + "1 }}",
        ])
        {
            Assert.Contains("too", Refused(source).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Cut off anywhere, or with any character changed: a text or a refusal, never anything else.</summary>
    [Fact]
    public void Changed_templates_are_rendered_or_refused()
    {
        string source = FamilyTests.Llama3;
        int refused = 0;
        for (int i = 0; i < source.Length; i++)
        {
            foreach (string changed in (string[])[source[..i], source.Remove(i, 1), source[..i] + (char)(source[i] ^ 4) + source[(i + 1)..]])
            {
                try
                {
                    Render(changed);
                }
                catch (TemplateException)
                {
                    refused++;
                }
            }
        }

        Assert.InRange(refused, source.Length / 2, 3 * source.Length);
    }
}
