using System.Globalization;
using PomIsa.Rejections.Modules;

namespace PomIsa.Rejections.Topics;

/// <summary>Blocks that do not match, code that nothing reaches, stacks that do not balance, values that some path does not write.</summary>
internal static class Flow
{
    private static readonly Kind Small = new(Element.F32, 2);

    public static IEnumerable<Rejection> All => [.. Blocks(), .. Ends(), .. Unreachable(), .. Balance(), .. Assignment(), .. Depth(), .. Bounds()];

    private static IEnumerable<Rejection> Blocks()
    {
        foreach (int before in (int[])[0, 1, 3])
        {
            Code[] head = [.. Enumerable.Repeat<Code[]>([Asm.Push(1), Asm.Drop], before).SelectMany(static c => c)];
            string after = string.Create(CultureInfo.InvariantCulture, $", {head.Length} instructions before");
            int at = head.Length;
            yield return Bad("an end without a block" + after, "Nesting", at, [.. head, Asm.End, Asm.Halt]);
            yield return Bad("an else without an if" + after, "Nesting", at, [.. head, Asm.Else, Asm.End, Asm.Halt]);
            yield return Bad("brk outside of a loop" + after, "Nesting", at, [.. head, Asm.Brk, Asm.Halt]);
            yield return Bad("brk_if outside of a loop" + after, "Nesting", at + 1, [.. head, Asm.Push(0), Asm.BrkIf, Asm.Halt]);
            yield return Bad("brk in an if outside of a loop" + after, "Nesting", at + 2, [.. head, Asm.Push(0), Asm.If, Asm.Brk, Asm.End, Asm.Halt]);
            yield return Bad("two elses" + after, "Nesting", at + 3, [.. head, Asm.Push(0), Asm.If, Asm.Else, Asm.Else, Asm.End, Asm.Halt]);
            yield return Bad("an else in a loop" + after, "Nesting", at + 2, [.. head, Asm.Push(0), Asm.Loop(3), Asm.Else, Asm.End, Asm.Halt]);
            yield return Bad("a loop that is not closed" + after, "Nesting", at + 1, [.. head, Asm.Push(0), Asm.Loop(3), Asm.Halt]);
            yield return Bad("an if that is not closed" + after, "Nesting", at + 1, [.. head, Asm.Push(0), Asm.If, Asm.Halt]);
            yield return Bad("an else that is not closed" + after, "Nesting", at + 1, [.. head, Asm.Push(0), Asm.If, Asm.Else, Asm.Halt]);
            yield return Bad("the inner of two blocks is not closed" + after, "Nesting", at + 1, [.. head, Asm.Push(0), Asm.Loop(3), Asm.Push(0), Asm.If, Asm.End, Asm.Halt]);
            yield return Bad("a loop of no rounds" + after, "UnboundedLoop", at + 1, [.. head, Asm.Push(0), Asm.Loop(0), Asm.End, Asm.Halt]);
        }
    }

    private static IEnumerable<Rejection> Ends()
    {
        yield return Bad("no instructions", "MissingReturn", -1);
        yield return Bad("a push at the end", "MissingReturn", 0, Asm.Push(1));
        yield return Bad("a closed loop at the end", "MissingReturn", 2, Asm.Push(1), Asm.Loop(1), Asm.End);
        yield return Bad("a loop that halts at the end", "MissingReturn", 3, Asm.Push(1), Asm.Loop(1), Asm.Halt, Asm.End);
        yield return Bad("an if that halts at the end", "MissingReturn", 3, Asm.Push(1), Asm.If, Asm.Halt, Asm.End);
        yield return Bad("one branch halts at the end", "MissingReturn", 4, Asm.Push(1), Asm.If, Asm.Halt, Asm.Else, Asm.End);
        yield return Bad("the other branch halts at the end", "MissingReturn", 4, Asm.Push(1), Asm.If, Asm.Else, Asm.Halt, Asm.End);
        yield return Good("both branches halt at the end", Asm.Push(1), Asm.If, Asm.Halt, Asm.Else, Asm.Halt, Asm.End);
        yield return Good("one halts, the other returns", Asm.Push(1), Asm.If, Asm.Halt, Asm.Else, Asm.Ret, Asm.End);
        yield return Good("halt with scalars on the stack", Asm.Push(1), Asm.Push(2), Asm.Halt);
        Draft step = Declarations.Idle();
        step.Functions.Add(new Function());
        yield return Rejection.Invalid("a step without instructions", step.Encode(), "MissingReturn", 1, -1);
        Draft zeros = Declarations.Idle();
        zeros.Functions.Add(new Function { Registers = { Small }, Body = { Asm.Zeros(0) } });
        yield return Rejection.Invalid("a step without ret", zeros.Encode(), "MissingReturn", 1, 0);
    }

    private static IEnumerable<Rejection> Unreachable()
    {
        foreach ((Code end, string name) in ((Code, string)[])[(Asm.Halt, "halt"), (Asm.Ret, "ret")])
        {
            yield return Bad($"a push behind {name}", "UnreachableCode", 1, end, Asm.Push(1), Asm.Halt);
            yield return Bad($"halt behind {name}", "UnreachableCode", 1, end, Asm.Halt);
            yield return Bad($"a push behind {name} in an if", "UnreachableCode", 3, Asm.Push(1), Asm.If, end, Asm.Push(1), Asm.End, Asm.Halt);
            yield return Bad($"a push behind {name} in an else", "UnreachableCode", 4, Asm.Push(1), Asm.If, Asm.Else, end, Asm.Push(1), Asm.End, Asm.Halt);
            yield return Bad($"a push behind {name} in a loop", "UnreachableCode", 3, Asm.Push(1), Asm.Loop(4), end, Asm.Push(1), Asm.End, Asm.Halt);
            yield return Bad($"a push behind branches that both end with {name}", "UnreachableCode", 6, Asm.Push(1), Asm.If, end, Asm.Else, end, Asm.End, Asm.Push(1), Asm.Halt);
        }

        yield return Bad("a push behind brk", "UnreachableCode", 3, Asm.Push(1), Asm.Loop(4), Asm.Brk, Asm.Push(1), Asm.End, Asm.Halt);
        yield return Bad("a push behind brk in an if", "UnreachableCode", 5, Asm.Push(1), Asm.Loop(4), Asm.Push(1), Asm.If, Asm.Brk, Asm.Push(1), Asm.End, Asm.End, Asm.Halt);
        yield return Good("code behind brk_if", Asm.Push(1), Asm.Loop(4), Asm.Push(1), Asm.BrkIf, Asm.Push(1), Asm.Drop, Asm.End, Asm.Halt);
        yield return Good("code behind a loop that always leaves", Asm.Push(1), Asm.Loop(4), Asm.Brk, Asm.End, Asm.Push(1), Asm.Halt);
        yield return Good("code behind a branch that leaves", Asm.Push(1), Asm.If, Asm.Halt, Asm.Else, Asm.End, Asm.Push(1), Asm.Halt);
    }

    private static IEnumerable<Rejection> Balance()
    {
        foreach (int extra in (int[])[1, 2, 5])
        {
            Code[] push = [.. Enumerable.Repeat(Asm.Push(7), extra)];
            string name = $"{extra} more ";
            yield return Bad(name + "at the end of an if", "StackImbalance", 2 + extra, [Asm.Push(1), Asm.If, .. push, Asm.End, Asm.Halt]);
            yield return Bad(name + "at an else", "StackImbalance", 2 + extra, [Asm.Push(1), Asm.If, .. push, Asm.Else, Asm.End, Asm.Halt]);
            yield return Bad(name + "at the end of an else", "StackImbalance", 3 + extra, [Asm.Push(1), Asm.If, Asm.Else, .. push, Asm.End, Asm.Halt]);
            yield return Bad(name + "at the end of a loop", "StackImbalance", 2 + extra, [Asm.Push(1), Asm.Loop(3), .. push, Asm.End, Asm.Halt]);
            yield return Bad(name + "at brk", "StackImbalance", 2 + extra, [Asm.Push(1), Asm.Loop(3), .. push, Asm.Brk, Asm.End, Asm.Halt]);
            yield return Bad(name + "at brk_if", "StackImbalance", 3 + extra, [Asm.Push(1), Asm.Loop(3), .. push, Asm.Push(1), Asm.BrkIf, .. Enumerable.Repeat(Asm.Drop, extra), Asm.End, Asm.Halt]);
            yield return Bad(name + "at ret", "StackImbalance", extra, [.. push, Asm.Ret]);
            yield return Bad(name + "at ret in a loop", "StackImbalance", 2 + extra, [Asm.Push(1), Asm.Loop(3), .. push, Asm.Ret, Asm.End, Asm.Halt]);
            Code[] drop = [.. Enumerable.Repeat(Asm.Drop, extra)];
            name = $"{extra} less ";
            yield return Bad(name + "at the end of an if", "StackImbalance", 2 + (2 * extra), [.. push, Asm.Push(1), Asm.If, .. drop, Asm.End, Asm.Halt]);
            yield return Bad(name + "at the end of a loop", "StackImbalance", 2 + (2 * extra), [.. push, Asm.Push(1), Asm.Loop(3), .. drop, Asm.End, Asm.Halt]);
            yield return Bad(name + "than nothing", "StackUnderflow", 0, [.. drop, Asm.Halt]);
            yield return Bad(name + "than nothing, behind others", "StackUnderflow", 2 * extra, [.. push, .. drop, Asm.Drop, Asm.Halt]);
        }
    }

    private static IEnumerable<Rejection> Assignment()
    {
        yield return Bad("written in a loop alone", "ReadBeforeWrite", 4, Asm.Push(1), Asm.Loop(3), Asm.Zeros(0), Asm.End, Asm.Rows(0), Asm.Halt);
        yield return Bad("written in an if alone", "ReadBeforeWrite", 4, Asm.Push(1), Asm.If, Asm.Zeros(0), Asm.End, Asm.Rows(0), Asm.Halt);
        yield return Bad("written in the first branch alone", "ReadBeforeWrite", 5, Asm.Push(1), Asm.If, Asm.Zeros(0), Asm.Else, Asm.End, Asm.Rows(0), Asm.Halt);
        yield return Bad("written in the second branch alone", "ReadBeforeWrite", 5, Asm.Push(1), Asm.If, Asm.Else, Asm.Zeros(0), Asm.End, Asm.Rows(0), Asm.Halt);
        yield return Bad("the branches write different registers", "ReadBeforeWrite", 6, Asm.Push(1), Asm.If, Asm.Zeros(0), Asm.Else, Asm.Zeros(1), Asm.End, Asm.Rows(1), Asm.Halt);
        yield return Bad("read in the else what the if wrote", "ReadBeforeWrite", 4, Asm.Push(1), Asm.If, Asm.Zeros(0), Asm.Else, Asm.Rows(0), Asm.Drop, Asm.End, Asm.Halt);
        yield return Bad("read before it is written in a loop", "ReadBeforeWrite", 2, Asm.Push(1), Asm.Loop(3), Asm.Rows(0), Asm.Drop, Asm.Zeros(0), Asm.End, Asm.Halt);
        yield return Good("both branches write it", Asm.Push(1), Asm.If, Asm.Zeros(0), Asm.Else, Asm.Zeros(0), Asm.End, Asm.Rows(0), Asm.Halt);
        yield return Good("the branch that does not write it halts", Asm.Push(1), Asm.If, Asm.Halt, Asm.Else, Asm.Zeros(0), Asm.End, Asm.Rows(0), Asm.Halt);
        yield return Good("written before the loop", Asm.Zeros(0), Asm.Push(1), Asm.Loop(3), Asm.Rows(0), Asm.Drop, Asm.Zeros(0), Asm.End, Asm.Halt);
        for (int results = 1; results <= 3; results++)
        {
            Draft draft = Declarations.Idle();
            var step = new Function { Results = results, Registers = { Small, Small, Small } };
            step.Body.AddRange([.. Enumerable.Range(0, results - 1).Select(Asm.Zeros), Asm.Ret]);
            draft.Functions.Add(step);
            yield return Rejection.Invalid($"result {results - 1} is not written at ret", draft.Encode(), "ReadBeforeWrite", 1, results - 1);
        }
    }

    private static IEnumerable<Rejection> Depth()
    {
        foreach (int depth in (int[])[64, 65, 66])
        {
            foreach (Code block in (Code[])[Asm.If, Asm.Loop(2)])
            {
                Code[] body = [.. Enumerable.Repeat<Code[]>([Asm.Push(0), block], depth).SelectMany(static c => c), .. Enumerable.Repeat(Asm.End, depth), Asm.Halt];
                string name = $"{depth} {(block == Asm.If ? "ifs" : "loops")} inside each other";
                yield return depth == 64 && block == Asm.If ? Good(name, body) : depth == 64 ? Over(name, body) : Bad(name, "LimitExceeded", (2 * 65) - 1, body);
            }
        }

        foreach (int pushed in (int[])[256, 257, 300])
        {
            Code[] body = [.. Enumerable.Repeat(Asm.Push(1), pushed), Asm.Halt];
            yield return pushed == 256 ? Good("256 scalars", body) : Bad($"{pushed} scalars", "LimitExceeded", 256, body);
        }
    }

    /// <summary>64 loops of two rounds retire more than 2^64 instructions: the bound overflows where an end makes it so.</summary>
    private static Rejection Over(string name, Code[] body) =>
        new(name, Draft(body).Encode(), "\"exhausted\": \"BoundOverflow\", \"function\": 0");

    private static IEnumerable<Rejection> Bounds()
    {
        foreach (uint most in (uint[])[uint.MaxValue, 1u << 31])
        {
            // The records alone of the inner loop's ends are 61 · 2^31 bytes or more; so many rounds of that leave 64 bits at the outer end.
            Code[] body = [Asm.Push(1), Asm.Loop(most), Asm.Push(1), Asm.Loop(most), Asm.End, Asm.End, Asm.Halt];
            yield return Rejection.Exhausted($"two loops of {most} rounds", Draft(body).Encode(), "BoundOverflow", 0, 5);
            yield return Good($"one loop of {most} rounds", Asm.Push(0), Asm.Loop(most), Asm.End, Asm.Halt);
        }

        foreach (int loops in (int[])[3, 4, 8])
        {
            Code[] body = [.. Enumerable.Repeat<Code[]>([Asm.Push(0), Asm.Loop(uint.MaxValue)], loops).SelectMany(static c => c), .. Enumerable.Repeat(Asm.End, loops), Asm.Halt];
            yield return Rejection.Exhausted($"{loops} loops of 2^32 - 1 rounds", Draft(body).Encode(), "BoundOverflow", 0, (2 * loops) + 1);
        }
    }

    private static Draft Draft(params Code[] body)
    {
        var draft = new Draft { Functions = { new Function { Driver = true, Registers = { Small, Small } } } };
        draft.Functions[0].Body.AddRange(body);
        return draft;
    }

    private static Rejection Bad(string name, string code, int at, params Code[] body) => Rejection.Invalid(name, Draft(body).Encode(), code, 0, at);

    private static Rejection Good(string name, params Code[] body) => Rejection.Valid(name, Draft(body).Encode());
}
