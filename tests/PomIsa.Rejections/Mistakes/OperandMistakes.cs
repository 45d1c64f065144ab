using System.Globalization;
using PomIsa.Rejections.Encoding;
using PomIsa.Rejections.Modules;
using PomIsa.Rejections.Recipes;

namespace PomIsa.Rejections.Mistakes;

/// <summary>One wrong type, shape or register at a time, for every operand of an opcode.</summary>
internal static class OperandMistakes
{
    public static IEnumerable<Rejection> Of(OpcodeRow row, Recipe recipe)
    {
        for (int i = 0; i < recipe.Items.Length; i++)
        {
            string operand = string.Create(CultureInfo.InvariantCulture, $"operand {i}");
            IEnumerable<Rejection> all = recipe.Items[i] switch
            {
                Register r => [.. Types(row, recipe, i, r, operand), .. Shapes(row, recipe, i, r, operand), .. Uses(row, recipe, i, r, operand)],
                WeightItem w => Weights(row, recipe, i, w, operand),
                Immediate imm => imm.Bad.Select(bad => Invalid(row, recipe.With(i, imm with { Pieces = bad.Pieces }), $"{operand} is {bad.Text}", "BadImmediate")),
                _ => [],
            };
            foreach (Rejection one in all)
            {
                yield return one;
            }
        }
    }

    private static IEnumerable<Rejection> Types(OpcodeRow row, Recipe recipe, int item, Register register, string operand)
    {
        if (recipe.Items.Any(static i => i is InputItem))
        {
            yield break;
        }

        foreach (byte wrong in Element.Computed.Except(register.Type.Legal))
        {
            Kind kind = register.Kind with { Element = wrong };
            yield return Invalid(row, recipe.With(item, register with { Kind = kind }), $"{operand} is {kind}", "TypeMismatch");
        }
    }

    private static IEnumerable<Rejection> Shapes(OpcodeRow row, Recipe recipe, int item, Register register, string operand)
    {
        if (register.Type.AnyShape || recipe.Items.Any(static i => i is InputItem))
        {
            yield break;
        }

        Dim[] shape = register.Kind.Shape;
        int free = recipe.Items.Count(static i => i is SymbolItem) + (recipe.Items.Any(static i => i is StateItem) ? 1 : 0);
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (register.Type.Fixed[axis])
            {
                yield return Shaped(row, recipe, item, register, operand, [.. shape[..axis], shape[axis].Value + 1, .. shape[(axis + 1)..]]);
                if (row.InStep)
                {
                    yield return Shaped(row, recipe, item, register, operand, [.. shape[..axis], Dim.Symbol(free), .. shape[(axis + 1)..]], symbols: 1);
                }
            }
        }

        if (register.Type.RankStays)
        {
            yield break;
        }

        yield return Shaped(row, recipe, item, register, operand, [2, .. shape]);
        if (shape.Length > 0 && !register.Type.MayLoseFirst)
        {
            yield return Shaped(row, recipe, item, register, operand, shape[1..]);
        }

        if (shape.Length > 1)
        {
            yield return Shaped(row, recipe, item, register, operand, shape[..^1]);
        }
    }

    private static Rejection Shaped(OpcodeRow row, Recipe recipe, int item, Register register, string operand, Dim[] shape, int symbols = 0)
    {
        Kind kind = register.Kind with { Shape = shape };
        return Invalid(row, recipe.With(item, register with { Kind = kind }), $"{operand} is {kind}", "ShapeMismatch", symbols);
    }

    private static IEnumerable<Rejection> Uses(OpcodeRow row, Recipe recipe, int item, Register register, string operand)
    {
        if (!register.Written)
        {
            Scene unread = Scene.Of(row, recipe);
            Put(unread, item, unread.Function.Add(register.Kind));
            yield return At(unread, $"{operand} is read and never written", "ReadBeforeWrite");
            yield break;
        }

        if (row.InStep && !Array.Exists(register.Kind.Shape, static d => d.IsSymbol))
        {
            Scene parameter = Scene.Of(row, recipe);
            Function step = parameter.Function;
            int extra = step.Add(step.Registers[parameter.RegisterOf[item]]);
            // What is written becomes the last parameter: it changes its place with the first register behind the parameters.
            (step.Registers[step.Parameters], step.Registers[extra]) = (step.Registers[extra], step.Registers[step.Parameters]);
            Move(parameter, recipe, step.Parameters, extra);
            Put(parameter, item, step.Parameters++);
            yield return At(parameter, $"{operand} is a parameter that is written", "WriteToParameter");
        }

        for (int other = 0; other < recipe.Items.Length; other++)
        {
            if (recipe.Items[other] is Register second && second.Kind.Same(register.Kind) && (second.Written ? other > item : true) && other != item)
            {
                yield return Shared(row, recipe, item, other, second.Written);
            }
        }
    }

    /// <summary>One register at two places: right only where the opcode works in place.</summary>
    private static Rejection Shared(OpcodeRow row, Recipe recipe, int item, int other, bool bothWritten)
    {
        Scene scene = Scene.Of(row, recipe);
        int register = scene.RegisterOf[item];
        if (!bothWritten)
        {
            scene.Function.Body.Insert(scene.At, Asm.Zeros(register));
            scene.Shift();
        }

        Put(scene, other, register);
        string name = $"operands {item} and {other} are one register";
        return recipe.InPlace && !bothWritten ? Rejection.Valid(name, scene.Program.Encode()) : At(scene, name, "DuplicateOperand");
    }

    private static IEnumerable<Rejection> Weights(OpcodeRow row, Recipe recipe, int item, WeightItem weight, string operand)
    {
        byte[] possible = weight.Panels ? [Element.F32, Element.F16, Element.BF16, Element.W8, Element.W4] : Element.Computed;
        foreach (byte wrong in possible.Except(weight.Type.Legal))
        {
            yield return Invalid(row, recipe.With(item, weight with { Element = wrong }), $"{operand} is a weight of {Element.Name(wrong)}", "TypeMismatch");
        }

        for (int axis = 0; axis < weight.Shape.Length; axis++)
        {
            if (weight.Type.Fixed[axis])
            {
                int[] shape = [.. weight.Shape];
                shape[axis] += weight.Panels ? 32 : 1;
                yield return Invalid(row, recipe.With(item, weight with { Shape = shape }), $"{operand} is a weight of [{string.Join(",", shape)}]", "ShapeMismatch");
            }
        }

        if (!weight.Panels)
        {
            yield return Invalid(row, recipe.With(item, weight with { Shape = [2, .. weight.Shape] }), $"{operand} is a weight of one more dimension", "ShapeMismatch");
        }

        if (weight.Element == Element.F32 && weight.Shape.Length == 2 && weight.Shape[1] % 16 == 0)
        {
            yield return Invalid(row, recipe.With(item, weight with { Panels = !weight.Panels }), $"{operand} is a weight in {(weight.Panels ? "rows" : "panels")}", "BadLayout");
        }
    }

    private static Rejection Invalid(OpcodeRow row, Recipe recipe, string name, string code, int symbols = 0)
    {
        Scene scene = Scene.Of(row, recipe);
        scene.Program.Symbols.AddRange(Enumerable.Repeat(8, symbols));
        return At(scene, name, code);
    }

    private static Rejection At(Scene scene, string name, string code) => Rejection.Invalid(name, scene.Program.Encode(), code, 0, scene.At);

    private static void Put(Scene scene, int item, int register)
    {
        Piece[] pieces = [.. scene.Code.Pieces];
        pieces[scene.PieceOf[item]] = Layout.Number(register, "register");
        scene.Code = new Code(scene.Code.Opcode, pieces);
    }

    /// <summary>Every operand that names one register names another one.</summary>
    private static void Move(Scene scene, Recipe recipe, int from, int to)
    {
        for (int i = 0; i < recipe.Items.Length; i++)
        {
            if (scene.RegisterOf[i] == from)
            {
                Put(scene, i, to);
            }
        }
    }
}
