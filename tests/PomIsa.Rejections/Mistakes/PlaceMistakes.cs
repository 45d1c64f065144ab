using PomIsa.Rejections.Modules;
using PomIsa.Rejections.Recipes;

namespace PomIsa.Rejections.Mistakes;

/// <summary>An opcode where it may not stand: the wrong kind of function, nothing behind it, nothing that leads to it, too little on the stack.</summary>
internal static class PlaceMistakes
{
    public static IEnumerable<Rejection> Of(OpcodeRow row, Recipe recipe)
    {
        Scene right = Scene.Of(row, recipe);
        yield return Rejection.Valid("as it should be", right.Program.Encode());
        Scene last = Scene.Of(row, recipe);
        last.Function.Body.RemoveRange(last.At + 1, last.Function.Body.Count - last.At - 1);
        if (row.Mnemonic is not ("ret" or "halt"))
        {
            yield return Rejection.Invalid("nothing behind it", last.Program.Encode(), "MissingReturn", 0, last.At);
            Scene dead = Scene.Of(row, recipe);
            dead.Function.Body.Insert(dead.At, row.InStep ? Asm.Ret : Asm.Halt);
            // A step's return asks for nothing that is on the stack; a halt may leave it as it is.
            yield return Rejection.Invalid("behind the end of its function", dead.Program.Encode(), "UnreachableCode", 0, dead.At + 1);
        }

        if (Wrong(row, recipe) is { } wrong)
        {
            yield return Rejection.Invalid(
                row.InStep ? "in a driver" : "in a step", wrong.Program.Encode(), "WrongFunctionKind", 0, wrong.At);
        }

        for (int pushed = 0; pushed < row.Pops && !row.InStep; pushed++)
        {
            Scene less = Scene.Driver(row, recipe, pushed);
            less.Function.Body.RemoveRange(less.At + 1, less.Function.Body.Count - less.At - 1);
            less.Function.Body.Add(Asm.Halt);
            yield return Rejection.Invalid($"{pushed} scalars on the stack", less.Program.Encode(), "StackUnderflow", 0, less.At);
        }

        if (!row.InStep && row.Pushes > 0)
        {
            Scene left = Scene.Of(row, recipe);
            left.Function.Body[^1] = Asm.Ret;
            left.Function.Body.RemoveAt(left.Function.Body.Count - 2);
            yield return Rejection.Invalid("what it pushes is there at ret", left.Program.Encode(), "StackImbalance", 0, left.Function.Body.Count - 1);
            yield return Overflow(row, recipe);
        }
    }

    /// <summary>The 257th scalar.</summary>
    private static Rejection Overflow(OpcodeRow row, Recipe recipe)
    {
        // 256 scalars are on the stack when it comes; it goes beyond only if it pushes more than it pops.
        bool grows = row.Pushes > row.Pops;
        Scene full = Scene.Driver(row, recipe, 256);
        full.Function.Body.RemoveRange(full.At + 1, full.Function.Body.Count - full.At - 1);
        full.Function.Body.Add(Asm.Halt);
        return grows
            ? Rejection.Invalid("256 scalars on the stack", full.Program.Encode(), "LimitExceeded", 0, full.At)
            : Rejection.Valid("256 scalars on the stack", full.Program.Encode());
    }

    /// <summary>In the other kind of function, where that alone is wrong.</summary>
    private static Scene? Wrong(OpcodeRow row, Recipe recipe) => row switch
    {
        { Where: "step" } => Scene.Driver(row, recipe, 0),
        { Where: "driver", Pops: 0 } when !recipe.Items.Any(static i => i is InputItem or LocalItem) => Scene.Step(row, recipe),
        _ => null,
    };
}
