using System.Globalization;
using PomIsa.Rejections.Modules;
using PomIsa.Rejections.Recording;
using static PomIsa.Rejections.Modules.Element;

namespace PomIsa.Rejections.Topics;

/// <summary>Programs that run to their end, with every record that they leave.</summary>
internal static class Records
{
    private static readonly Dim P = Dim.Symbol(0), S = Dim.Symbol(1);

    public static IEnumerable<Rejection> All => [.. Scalars(), .. Loops(), .. Branches(), .. Calls(), .. Tensors(), .. Inputs(), .. States()];

    private static IEnumerable<Rejection> Scalars()
    {
        yield return Run("nothing but halt", Driver(Asm.Halt));
        yield return Run("nothing but ret", Driver(Asm.Ret));
        yield return Run("a token", Driver(Asm.Push(7), Asm.Emit, Asm.Halt));
        yield return Run("commits", Driver(Asm.Push(7), Code.Of(0x71), Asm.Emit, Code.Of(0x71), Asm.Halt));
        long[] numbers = [0, 1, -1, 63, 64, -64, -65, int.MaxValue, long.MinValue, long.MaxValue];
        for (byte opcode = 0x18; opcode <= 0x24; opcode++)
        {
            Code[] body = [.. numbers.Zip(numbers.Reverse()).SelectMany(p => (Code[])[Asm.Push(p.First), Asm.Push(p.Second), Code.Of(opcode), Asm.Drop]), Asm.Halt];
            yield return Run(string.Create(CultureInfo.InvariantCulture, $"opcode 0x{opcode:x2} on the ends of i64"), Driver(body));
        }

        yield return Run("not, dup, swap, drop", Driver(Asm.Push(0), Code.Of(0x25), Asm.Dup, Code.Of(0x25), Code.Of(0x13), Asm.Drop, Asm.Emit, Asm.Halt));
        Draft locals = Driver(Asm.Push(-9), Code.Of(0x15, 1), Code.Of(0x14, 0), Code.Of(0x14, 1), Code.Of(0x19), Asm.Emit, Asm.Halt);
        locals.Functions[0].Locals = 2;
        yield return Run("locals", locals);
    }

    private static IEnumerable<Rejection> Loops()
    {
        foreach (int rounds in (int[])[0, 1, 2, 5])
        {
            yield return Run($"{rounds} rounds", Driver(Asm.Push(rounds), Asm.Loop(9), Asm.Push(3), Asm.Emit, Asm.End, Asm.Halt));
            yield return Run($"{rounds} rounds of {rounds} rounds", Driver(Asm.Push(rounds), Asm.Loop(9), Asm.Push(rounds), Asm.Loop(9), Asm.Push(1), Asm.Emit, Asm.End, Asm.End, Asm.Halt));
            Draft left = Driver(Asm.Push(rounds), Asm.Loop(9), Code.Of(0x14, 0), Asm.Push(2), Code.Of(0x1d), Asm.BrkIf, Code.Of(0x14, 0), Asm.Push(1), Code.Of(0x18), Asm.Dup, Asm.Emit, Code.Of(0x15, 0), Asm.End, Asm.Halt);
            left.Functions[0].Locals = 1;
            yield return Run($"{rounds} rounds, left when two are done", left);
            yield return Run($"{rounds} rounds, left at once", Driver(Asm.Push(rounds), Asm.Loop(9), Asm.Brk, Asm.End, Asm.Push(8), Asm.Emit, Asm.Halt));
            yield return Run($"{rounds} rounds, ended in the first", Driver(Asm.Push(rounds), Asm.Loop(9), Asm.Halt, Asm.End, Asm.Push(8), Asm.Emit, Asm.Halt));
        }
    }

    private static IEnumerable<Rejection> Branches()
    {
        foreach (int condition in (int[])[0, 1, -1])
        {
            yield return Run($"if {condition}", Driver(Asm.Push(condition), Asm.If, Asm.Push(1), Asm.Emit, Asm.End, Asm.Halt));
            yield return Run($"if {condition} with else", Driver(Asm.Push(condition), Asm.If, Asm.Push(1), Asm.Emit, Asm.Else, Asm.Push(2), Asm.Emit, Asm.End, Asm.Halt));
            yield return Run($"if {condition} with an empty branch", Driver(Asm.Push(condition), Asm.If, Asm.Else, Asm.Push(2), Asm.Emit, Asm.End, Asm.Halt));
            yield return Run(
                $"if {condition} in an if in a loop", Driver(Asm.Push(2), Asm.Loop(2), Asm.Push(1), Asm.If, Asm.Push(condition), Asm.If, Asm.Brk, Asm.Else, Asm.Push(4), Asm.Emit, Asm.End, Asm.Else, Asm.Push(5), Asm.Emit, Asm.End, Asm.End, Asm.Halt));
        }
    }

    private static IEnumerable<Rejection> Calls()
    {
        Draft twice = Driver(Asm.Call(1), Asm.Push(1), Asm.Emit, Asm.Call(1), Asm.Halt);
        twice.Functions.Add(Called(Asm.Push(6), Asm.Emit, Asm.Ret));
        yield return Run("a driver called twice", twice);
        Draft halting = Driver(Asm.Call(1), Asm.Push(1), Asm.Emit, Asm.Halt);
        halting.Functions.Add(Called(Asm.Push(6), Asm.Emit, Asm.Halt));
        yield return Run("a driver that halts the run", halting);
        Draft deep = Driver(Asm.Call(1), Asm.Push(0), Asm.Emit, Asm.Halt);
        for (int i = 1; i < 16; i++)
        {
            deep.Functions.Add(i < 15 ? Called(Asm.Call(i + 1), Asm.Push(i), Asm.Emit, Asm.Ret) : Called(Asm.Ret));
        }

        yield return Run("16 functions active at once", deep);
        Draft step = Driver(Asm.Zeros(0), Asm.Call(1, 0, 1), Asm.Call(1, 1, 1), Asm.Rows(1), Asm.Emit, Asm.Halt);
        step.Functions[0].Registers.AddRange([new Kind(F32, 3), new Kind(F32, 3)]);
        step.Symbols.AddRange([8, 8]);
        step.Functions.Add(new Function { Parameters = 1, Results = 1, Registers = { new Kind(F32, P), new Kind(F32, P) }, Body = { Asm.Zeros(1), Asm.Ret } });
        yield return Run("a step whose parameter binds a symbol", step);
        Draft empty = Driver(Asm.Call(1), Asm.Call(1), Asm.Halt);
        empty.Functions.Add(new Function { Body = { Asm.Ret } });
        yield return Run("a step that only returns", empty);
    }

    /// <summary>Commitments to zeros of every type and of shapes that cut blocks and rows, as what the run gives.</summary>
    private static IEnumerable<Rejection> Tensors()
    {
        foreach (byte element in Computed)
        {
            foreach (Dim[] shape in (Dim[][])[[], [0], [1], [3, 5], [0, 4], [4, 0], [2, 1, 3]])
            {
                Draft draft = Driver(Asm.Zeros(0), Asm.Output(0, 0), Asm.Halt);
                draft.Functions[0].Registers.Add(new Kind(element, shape));
                yield return Run($"zeros {draft.Functions[0].Registers[0]}", draft);
            }
        }

        foreach (Dim[] shape in (Dim[][])[[256], [257], [3, 256], [3, 300], [5, 1000], [17, 1], [2, 3, 171], [1, 2, 1, 2, 1, 2, 1, 2]])
        {
            Draft draft = Driver(Asm.Zeros(0), Asm.Output(0, 0), Asm.Halt);
            draft.Functions[0].Registers.Add(new Kind(F32, shape));
            yield return Run($"zeros {draft.Functions[0].Registers[0]}", draft);
        }

        foreach (int token in (int[])[0, 1, 65_536, int.MaxValue])
        {
            Draft draft = Driver(Asm.Push(token), Code.Of(0x29, 0), Asm.Output(0, 1), Asm.Rows(0), Asm.Emit, Asm.Halt);
            draft.Functions[0].Registers.Add(new Kind(I32, 1));
            yield return Run($"token {token}", draft);
        }
    }

    private static IEnumerable<Rejection> Inputs()
    {
        for (int rows = 1; rows <= 5; rows++)
        {
            Draft one = Driver(Asm.Input(0, 0), Asm.Output(0, 0), Asm.Rows(0), Asm.Emit, Asm.Zeros(1), Asm.Output(1, 63), Asm.Halt);
            one.Symbols.AddRange([8, 8]);
            one.Inputs.Add(new Kind(I64, P, 3));
            one.Functions[0].Registers.AddRange([new Kind(I64, P, 3), new Kind(Bool, 2, P)]);
            yield return Run($"an input of {rows} rows", one, Counting(I64, rows, 3));
            Draft two = Driver(Asm.Input(1, 1), Asm.Input(0, 0), Asm.Input(2, 2), Asm.Output(1, 2), Asm.Output(0, 2), Asm.Output(2, 0), Asm.Halt);
            two.Symbols.AddRange([8, 8]);
            two.Inputs.AddRange([new Kind(F32, P), new Kind(I8, S, 2), new Kind(F16, 2)]);
            two.Functions[0].Registers.AddRange(two.Inputs);
            yield return Run($"three inputs, two of them of {rows} rows and one", two, Counting(F32, rows), Counting(I8, 6 - rows, 2), Counting(F16, 2));
        }
    }

    private static IEnumerable<Rejection> States()
    {
        for (int rows = 1; rows <= 4; rows++)
        {
            Draft draft = Driver(
                Asm.Zeros(0), Asm.Call(1, 0), Asm.Call(1, 0), Code.Of(0x62, 0), Asm.Emit, Code.Of(0x61, 0), Code.Of(0x61, 1), Code.Of(0x62, 1), Asm.Emit, Asm.Call(1, 0), Asm.Halt);
            draft.Symbols.AddRange([8, 16]);
            draft.States.AddRange([new State(F32, [2], 1, 16), new State(F32, [2], 1, 9)]);
            draft.Functions[0].Registers.Add(new Kind(F32, rows, 2));
            draft.Functions.Add(new Function { Parameters = 1, Registers = { new Kind(F32, P, 2), new Kind(I32, S) }, Body = { Asm.Append(1, 0), Asm.Append(0, 0), Asm.Zeros(1), Asm.Ret } });
            yield return Run($"{rows} rows appended again and again", draft);
        }
    }

    private static Value Counting(byte element, params int[] shape)
    {
        int bytes = shape.Aggregate(Element.Size(element), static (a, b) => a * b);
        return new Value(element, shape, [.. Enumerable.Range(1, bytes).Select(static i => (byte)(i % 60))]);
    }

    private static Draft Driver(params Code[] body) => new() { Functions = { Called(body) } };

    private static Function Called(params Code[] body)
    {
        var driver = new Function { Driver = true };
        driver.Body.AddRange(body);
        return driver;
    }

    /// <summary>A case of a program that runs to its end.</summary>
    public static Rejection Run(string name, Draft draft, params Value[] inputs)
    {
        var walk = new Walk(draft, inputs);
        string given = inputs.Length == 0 ? "\"prompt\": []" : $"\"inputs\": [{string.Join(", ", inputs.Select(Json))}]";
        string records = string.Join(", ", walk.Records.Select(static r => $"\"{Convert.ToHexStringLower(r)}\""));
        return new Rejection(name, draft.Encode(), string.Create(CultureInfo.InvariantCulture, $"{given}, \"emits\": [{string.Join(", ", walk.Emits)}], \"retires\": {walk.Records.Count - 2}, \"records\": [{records}]"));
    }

    private static string Json(Value value)
    {
        int size = Element.Size(value.Element);
        IEnumerable<string> bits = value.Bytes.Chunk(size).Select(static e => $"\"{Convert.ToHexStringLower([.. e.Reverse()])}\"");
        return $"{{\"dtype\": \"{Element.Name(value.Element)}\", \"shape\": [{string.Join(", ", value.Shape)}], \"bits\": [{string.Join(", ", bits)}]}}";
    }
}
