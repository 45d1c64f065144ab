using PomIsa.Rejections.Encoding;
using PomIsa.Rejections.Modules;

namespace PomIsa.Rejections.Recipes;

/// <summary>A module around one instruction: valid where its recipe is.</summary>
internal sealed class Scene
{
    private Scene(Draft program, Function function, int at)
    {
        (Program, Function, At) = (program, function, at);
    }

    public Draft Program { get; }

    /// <summary>The function with the instruction: number 0.</summary>
    public Function Function { get; }

    /// <summary>Index of the instruction.</summary>
    public int At { get; private set; }

    /// <summary>The instruction.</summary>
    public Code Code
    {
        get => Function.Body[At];
        set => Function.Body[At] = value;
    }

    /// <summary>For each item of the recipe its first piece.</summary>
    public List<int> PieceOf { get; } = [];

    /// <summary>For each item of the recipe that is a register, its index; otherwise -1.</summary>
    public List<int> RegisterOf { get; } = [];

    public static Scene Of(OpcodeRow row, Recipe recipe) => row.InStep ? Step(row, recipe) : Driver(row, recipe, row.Pops);

    /// <summary>A step that executes it on its parameters, and an entry that halts.</summary>
    public static Scene Step(OpcodeRow row, Recipe recipe)
    {
        var program = new Draft { Entry = 1 };
        var step = new Function();
        program.Functions.AddRange([step, new Function { Driver = true, Body = { Asm.Halt } }]);
        var scene = new Scene(program, step, 0);
        int[] registers = [.. recipe.Items.Select(i => i is Register { Written: false } r ? step.Add(r.Kind) : -1)];
        if (recipe.Items.Any(static i => i is SymbolItem))
        {
            program.Symbols.Add(8);
            step.Add(new Kind(Element.I32, Dim.Symbol(0)));
        }

        StateItem[] states = [.. recipe.Items.OfType<StateItem>()];
        int[] appended = recipe.AppendsFirst == 0 ? [] : [.. states.Select(s => step.Add(new Kind(s.Element, [recipe.AppendsFirst, .. s.Row.Select(Dim.Of)])))];
        step.Parameters = step.Registers.Count;
        for (int i = 0; i < appended.Length; i++)
        {
            step.Body.Add(Asm.Append(i, appended[i]));
        }

        scene.Finish(row, recipe, registers, states);
        step.Body.Add(Asm.Ret);
        return scene;
    }

    /// <summary>An entry that zeroes what is read, pushes, and executes it.</summary>
    /// <param name="pushed">Scalars on the stack before.</param>
    public static Scene Driver(OpcodeRow row, Recipe recipe, int pushed)
    {
        var program = new Draft();
        var driver = new Function { Driver = true };
        program.Functions.Add(driver);
        var scene = new Scene(program, driver, 0);
        int[] registers = [.. recipe.Items.Select(i => i is Register { Written: false } r ? driver.Add(r.Kind) : -1)];
        driver.Body.AddRange(registers.Where(static r => r >= 0).Select(Asm.Zeros));
        driver.Body.AddRange(Enumerable.Repeat(Asm.Push(1), pushed));
        if (recipe.Items.Any(static i => i is SymbolItem))
        {
            program.Symbols.Add(8);
            program.Inputs.Add(new Kind(Element.I32, Dim.Symbol(0)));
            driver.Body.Add(Asm.Input(driver.Add(program.Inputs[0]), 0));
        }

        scene.Finish(row, recipe, registers, [.. recipe.Items.OfType<StateItem>()]);
        driver.Body.AddRange(Enumerable.Repeat(Asm.Drop, Math.Max(0, pushed - row.Pops + row.Pushes)));
        driver.Body.Add(Asm.Halt);
        return scene;
    }

    private void Finish(OpcodeRow row, Recipe recipe, int[] registers, StateItem[] states)
    {
        if (states.Length > 0)
        {
            Program.Symbols.Add(64);
            Program.States.AddRange(states.Select(s => new State(s.Element, s.Row, Program.Symbols.Count - 1, 64)));
        }

        if (recipe.Items.Any(static i => i is LocalItem))
        {
            Function.Locals = 2;
        }

        if (recipe.Items.Any(static i => i is InputItem))
        {
            Program.Symbols.Add(8);
            Program.Inputs.Add(new Kind(Element.I32, Dim.Symbol(0)));
        }

        for (int i = 0; i < registers.Length; i++)
        {
            registers[i] = recipe.Items[i] switch
            {
                Register { Written: true } when recipe.Items.Any(static x => x is InputItem) => Function.Add(Program.Inputs[0]),
                Register { Written: true } r => Function.Add(r.Kind),
                _ => registers[i],
            };
        }

        int state = 0;
        var pieces = new List<Piece>();
        for (int i = 0; i < registers.Length; i++)
        {
            PieceOf.Add(pieces.Count);
            RegisterOf.Add(registers[i]);
            pieces.AddRange(recipe.Items[i] switch
            {
                Register => [Layout.Index(registers[i], -2, "register")],
                WeightItem w => [Layout.Index(Add(w), -2, "weight")],
                StateItem => [Layout.Index(state++, -2, "state")],
                SymbolItem => [Layout.Index(0, -2, "symbol")],
                LocalItem => [Layout.Index(0, -2, "local")],
                InputItem => [Layout.Index(0, -2, "input")],
                Immediate imm => imm.Pieces,
                _ => [],
            });
        }

        At = Function.Body.Count;
        Function.Body.Add(new Code(row.Code, [.. pieces]));
    }

    private int Add(WeightItem weight)
    {
        Program.Weights.Add(new Weight($"w{Program.Weights.Count}", weight.Element, weight.Shape, weight.Panels));
        return Program.Weights.Count - 1;
    }

    /// <summary>An instruction was put in front of it.</summary>
    public void Shift() => At++;

    /// <summary>How many things there are for an operand to name.</summary>
    public int Things(Item item) => item switch
    {
        Register => Function.Registers.Count,
        WeightItem => Program.Weights.Count,
        StateItem => Program.States.Count,
        SymbolItem => Program.Symbols.Count,
        LocalItem => Function.Locals,
        InputItem => Program.Inputs.Count,
        _ => throw new ArgumentException("No index.", nameof(item)),
    };
}
