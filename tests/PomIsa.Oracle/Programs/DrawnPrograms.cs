using PomIsa.Oracle.Families;

namespace PomIsa.Oracle.Programs;

/// <summary>Valid drivers, drawn: expressions over locals, branches, loops that break, calls. Some of them trap.</summary>
internal sealed class DrawnPrograms(ulong seed)
{
    private const int Locals = 2, MostLines = 20;

    private static readonly string[] Twos = ["add", "sub", "mul", "min", "max", "eq", "ne", "lt", "le", "gt", "ge", "and", "or"];

    private readonly Draw _draw = new(seed);

    public DriverProgram Next()
    {
        var functions = new List<Driver>();
        int helpers = _draw.Below(3);
        for (int i = 0; i <= helpers; i++)
        {
            bool entry = i == helpers;
            var body = new List<Line>();
            int statements = 1 + _draw.Below(4);
            for (int s = 0; s < statements; s++)
            {
                Statement(body, i, depth: 0, inLoop: false);
            }

            body.Add(new Line(entry && _draw.Below(3) > 0 ? "halt" : "ret"));
            functions.Add(new Driver(entry ? "main" : $"f{i}", Locals, body));
        }

        return new DriverProgram(functions);
    }

    private void Statement(List<Line> body, int callable, int depth, bool inLoop)
    {
        switch (body.Count > MostLines ? 0 : _draw.Below(depth > 2 ? 4 : 9))
        {
            case 0 or 1:
                Expression(body, 0);
                if (_draw.Below(8) > 0)
                {
                    body.AddRange([new("push", 0), new("max"), new("push", 1000), new("min")]);
                }

                body.Add(new("emit"));
                break;
            case 2:
                Expression(body, 0);
                body.Add(new("set", _draw.Below(Locals)));
                break;
            case 3:
                body.Add(callable > 0 && _draw.Below(2) == 0 ? new("call", _draw.Below(callable)) : new("commit"));
                break;
            case 4:
                Expression(body, 1);
                body.AddRange(_draw.Below(2) == 0 ? [new("dup"), new("drop"), new("drop")] : [new("push", 3), new("swap"), new("sub"), new("set", 0)]);
                break;
            case 5 or 6:
                Expression(body, 1);
                body.Add(new("if"));
                Statement(body, callable, depth + 1, inLoop);
                if (inLoop && _draw.Below(4) == 0)
                {
                    body.Add(new("brk"));
                }
                else if (_draw.Below(2) == 0)
                {
                    body.Add(new("else"));
                    Statement(body, callable, depth + 1, inLoop);
                }

                body.Add(new("end"));
                break;
            default:
                Loop(body, callable, depth);
                break;
        }
    }

    private void Loop(List<Line> body, int callable, int depth)
    {
        int bound = 1 + _draw.Below(4);
        if (_draw.Below(6) == 0)
        {
            Expression(body, 1);
        }
        else
        {
            body.Add(new("push", _draw.Below(bound + 1)));
        }

        body.Add(new("loop", bound));
        Statement(body, callable, depth + 1, inLoop: true);
        if (_draw.Below(2) == 0)
        {
            Expression(body, 1);
            body.Add(new("brk_if"));
            Statement(body, callable, depth + 1, inLoop: true);
        }

        body.Add(new("end"));
    }

    /// <summary>Lines that push one scalar.</summary>
    private void Expression(List<Line> body, int depth)
    {
        switch (depth > 2 ? _draw.Below(2) : _draw.Below(6))
        {
            case 0:
                body.Add(new("push", _draw.Below(12) == 0 ? _draw.Whole(Cases.DType.I64) : _draw.Below(12) - 2));
                break;
            case 1:
                body.Add(new("get", _draw.Below(Locals)));
                break;
            case 2:
                Expression(body, depth + 1);
                body.Add(new("not"));
                break;
            default:
                Expression(body, depth + 1);
                Expression(body, depth + 1);
                body.Add(new(_draw.Of<string>(Twos)));
                break;
        }
    }
}
