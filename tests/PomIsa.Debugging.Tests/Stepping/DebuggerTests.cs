using PomIsa.Debugging.Stepping;
using PomIsa.Kernels;
using PomIsa.Machine;

namespace PomIsa.Debugging.Tests.Stepping;

/// <summary>What the debugger answers to scripts.</summary>
public sealed class DebuggerTests
{
    [Fact]
    public void Stepping_goes_opcode_by_opcode_and_shows_what_was_made()
    {
        Says(Programs.Countdown, [], "step\ns 3\nstack\nlocals\nstep\nstep\nq",
            "main 0  test.pisa:3  push 3",
            "(pomisa) step", "  pushes 3", "main 1  test.pisa:4  set n",
            "(pomisa) s 3", "main 4  test.pisa:7  get n",
            "(pomisa) stack", "the stack is empty",
            "(pomisa) locals", "n = 3",
            "(pomisa) step", "  pushes 3", "main 5  test.pisa:8  emit",
            "(pomisa) step", "  emits 3", "main 6  test.pisa:9  get n",
            "(pomisa) q");
    }

    [Fact]
    public void Calls_are_stepped_into_over_and_out_of()
    {
        Says(Programs.NotANumber, [7, 8], "s\nnext\nrestart\ns\ns\nwhere\nout\nsymbols\nstates\nq",
            "main 0  test.pisa:16  input p, prompt",
            "(pomisa) s", "  p = i32[2] [7, 8]", "main 1  test.pisa:17  call f, p -> y",
            "(pomisa) next", "main 2  test.pisa:18  rows y",
            "(pomisa) restart", "main 0  test.pisa:16  input p, prompt",
            "(pomisa) s", "  p = i32[2] [7, 8]", "main 1  test.pisa:17  call f, p -> y",
            "(pomisa) s", "f 0  test.pisa:7  zeros a",
            "(pomisa) where", "→ f 0  test.pisa:7  zeros a", "  main 1  test.pisa:17  call f, p -> y",
            "(pomisa) out", "main 2  test.pisa:18  rows y",
            "(pomisa) symbols", "T = 2 (at most 4)", "S = 8 (at most 8)",
            "(pomisa) states", "cache f32[S, 2]: 2 of 8 rows",
            "(pomisa) q");
    }

    [Fact]
    public void Lines_are_stepped_through()
    {
        Says(".driver main\n.repeat i 0..3\npush {i}\ndrop\n.end\npush 2\nloop 2\nend\nhalt\n.end\n.entry main".Replace("{i}", "i", StringComparison.Ordinal), [], "line\nline\nq",
            "main 0  test.pisa:3  push 0",
            "(pomisa) line", "main 1  test.pisa:4  drop",
            "(pomisa) line", "main 2  test.pisa:3  push 1",
            "(pomisa) q");
    }

    [Fact]
    public void Breakpoints_stand_on_lines_functions_and_mnemonics()
    {
        Says(Programs.NotANumber, [1], "b f\nb vadd\nb 19\nb test.pisa:8\nbreaks\nc\nc\nc\nd 3\nd 9\nd all\nbreaks\nc\nq",
            "main 0  test.pisa:16  input p, prompt",
            "(pomisa) b f", "breakpoint 1: function f",
            "(pomisa) b vadd", "breakpoint 2: every vadd",
            "(pomisa) b 19", "breakpoint 3: test.pisa:19",
            "(pomisa) b test.pisa:8", "breakpoint 4: test.pisa:8",
            "(pomisa) breaks", "breakpoint 1: function f", "breakpoint 2: every vadd", "breakpoint 3: test.pisa:19", "breakpoint 4: test.pisa:8",
            "(pomisa) c", "Breakpoint 1, function f.", "f 0  test.pisa:7  zeros a",
            "(pomisa) c", "Breakpoint 4, test.pisa:8.", "f 1  test.pisa:8  exp b, a",
            "(pomisa) c", "Breakpoint 2, every vadd.", "f 5  test.pisa:12  vadd y, d, b",
            "(pomisa) d 3",
            "(pomisa) d 9", "There is no breakpoint 9; 'breaks' lists them.",
            "(pomisa) d all",
            "(pomisa) breaks", "none",
            "(pomisa) c", "The run is finished: 12 opcodes; tokens: 1",
            "(pomisa) q");
    }

    [Fact]
    public void A_watched_register_stops_the_program_where_it_is_written()
    {
        Says(Programs.NotANumber, [1], "b f\nc\nwatch b\nc\np b\np b[0]\np b[0, 1]\np b[3]\nunwatch b\nbreaks\nq",
            "main 0  test.pisa:16  input p, prompt",
            "(pomisa) b f", "breakpoint 1: function f",
            "(pomisa) c", "Breakpoint 1, function f.", "f 0  test.pisa:7  zeros a",
            "(pomisa) watch b", "watched b f32[T,2]: holds nothing now (not written yet, or its place was taken by another register)",
            "(pomisa) c", "watched b = f32[1, 2] [1, 1]", "f 2  test.pisa:9  append cache, b",
            "(pomisa) p b", "b f32[1, 2] [1, 1]",
            "(pomisa) p b[0]", "b[0] f32[2] [1, 1]",
            "(pomisa) p b[0, 1]", "b[0, 1] f32[] [1]",
            "(pomisa) p b[3]", "b is f32[1, 2]; [3] is not in it.",
            "(pomisa) unwatch b",
            "(pomisa) breaks", "breakpoint 1: function f",
            "(pomisa) q");
    }

    [Fact]
    public void A_NaN_is_traced_to_the_opcode_that_makes_it()
    {
        Says(Programs.NotANumber, [1, 2], "nan\nnan\np cache[1]\nregisters\nq",
            "main 0  test.pisa:16  input p, prompt",
            "(pomisa) nan", "NaN: f 4  test.pisa:11  vdiv d, c, c",
            "  writes d f32[2, 2]: 4 NaN, the first at [0, 0]",
            "  reads c f32[2, 2]: none",
            "  no input had one: it is made here",
            "f 5  test.pisa:12  vadd y, d, b",
            "(pomisa) nan", "NaN: f 5  test.pisa:12  vadd y, d, b",
            "  writes y f32[2, 2]: 4 NaN, the first at [0, 0]",
            "  reads d f32[2, 2]: 4 NaN, the first at [0, 0]",
            "  reads b f32[2, 2]: none",
            "  an input had one before; 'restart', then search from the beginning to see where it was made",
            "f 6  test.pisa:13  ret",
            "(pomisa) p cache[1]", "cache f32[S, 2]: 2 of 8 rows", "cache[1] f32[2] [1, 1]",
            "(pomisa) registers", "y f32[2, 2] [NaN, NaN, NaN, NaN]", "b f32[2, 2] [1, 1, 1, 1]", "d f32[2, 2] [NaN, NaN, NaN, NaN]",
            "(pomisa) q");
    }

    [Fact]
    public void Weights_and_states_of_any_type_are_shown()
    {
        const string Text =
            """
            .symbol S max 4
            .weight half f16[2, 2] = 1, 2, 3, 4
            .weight wide f32[2, 16] panels = 0.5
            .state seen i64[S, 1] max 4
            .step f() -> (y: f32[1, 16], n: i64[1, 1])
                .reg x: f32[1, 2]
                zeros x
                matmul y, x, wide
                zeros n
                append seen, n
                ret
            .end
            .driver main
                call f -> y, n
                output n, 1
                halt
            .end
            .entry main
            """;
        Says(Text, [], "b output\nc\np half\np half[1]\np wide\np seen\noutputs\ns\noutputs\nq",
            "main 0  test.pisa:14  call f -> y, n",
            "(pomisa) b output", "breakpoint 1: every output",
            "(pomisa) c", "Breakpoint 1, every output.", "main 1  test.pisa:15  output n, 1",
            "(pomisa) p half", "half f16[2, 2] [1, 2, 3, 4]",
            "(pomisa) p half[1]", "half[1] f16[2] [3, 4]",
            "(pomisa) p wide", "wide f32[2, 16] in panels, digest 8b638c68d36a45e81d93b060e489b0f2ca8259af3ceff785adcd0137bb18434f", "  min 0.5, max 0.5, mean 0.5, 0 NaN, 0 inf",
            "(pomisa) p seen", "seen i64[S, 1]: 1 of 4 rows", "seen i64[1, 1] [0]",
            "(pomisa) outputs", "no outputs yet",
            "(pomisa) s", "main 2  test.pisa:16  halt",
            "(pomisa) outputs", "output 1: i64[1, 1] [0]",
            "(pomisa) q");
    }

    [Fact]
    public void A_register_whose_place_was_taken_is_not_shown_with_the_other_ones_value()
    {
        string transcript = Script(Programs.NotANumber, [1], "b vadd\nc\np a\nq", out _);
        Assert.Contains("a f32[T,2]: holds nothing now", transcript, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trap_can_be_looked_into()
    {
        Says(".driver main\npush 7\npush 9\nloop 4\nend\nhalt\n.end\n.entry main", [], "c\nstack\ns\nwhere\nq",
            "main 0  test.pisa:2  push 7",
            "(pomisa) c", "Exhausted LoopBound in main, instruction 2 (loop), test.pisa:4.",
            "(pomisa) stack", "7",
            "(pomisa) s", "The run is over. 'restart' begins it again, 'quit' leaves.",
            "(pomisa) where", "→ main 2  test.pisa:4  loop 4",
            "(pomisa) q");
    }

    [Theory]
    [InlineData("bogus", "There is no command 'bogus'. 'help' lists all.")]
    [InlineData("step x", "It is: step [N] — execute one opcode, or N.")]
    [InlineData("break", "It is: break LINE|FUNCTION|OP — stop before a line (12, model.pisa:12), a function, every softmax.")]
    [InlineData("break 99", "'99' is no line with an instruction, no function and no mnemonic of this program.")]
    [InlineData("print zzz", "Nothing here is called 'zzz'. 'registers', 'locals', 'symbols' and 'states' list what is.")]
    [InlineData("watch zzz", "This function has no register 'zzz'.")]
    [InlineData("help zzz", "There is no command 'zzz'. 'help' lists all.")]
    public void What_is_not_understood_is_said_and_counted(string command, string answer)
    {
        string transcript = Script(Programs.Countdown, [], command, out int refused);
        Assert.Contains(answer, transcript, StringComparison.Ordinal);
        Assert.Equal(1, refused);
    }

    [Fact]
    public void An_interrupt_stops_an_endless_wait_and_the_end_of_the_input_leaves()
    {
        using BoundProgram program = Programs.Bind(".driver main\npush 100000000\nloop 100000000\nend\nhalt\n.end\n.entry main");
        using var pool = new WorkerPool(1);
        var output = new StringWriter();
        DebugSession? session = null;
        var input = new InterruptingReader(() => new Timer(_ => session!.Interrupt(), null, 200, Timeout.Infinite));
        session = new DebugSession(program, Programs.Request(), pool, new DebugConsole(input, output, echoes: true));
        session.Run();
        Assert.Contains("Interrupted.\nmain 2  test.pisa:4  end", output.ToString(), StringComparison.Ordinal);
    }

    private static void Says(string program, int[] prompt, string script, params string[] lines)
    {
        string[] said = Script(program, prompt, script, out _).TrimEnd('\n').Split('\n');
        Assert.Equal(lines, said[1..]);
    }

    private static string Script(string text, int[] prompt, string script, out int refused)
    {
        using BoundProgram program = Programs.Bind(text);
        using var pool = new WorkerPool(1);
        var output = new StringWriter { NewLine = "\n" };
        var console = new DebugConsole(new StringReader(script), output, echoes: true);
        new DebugSession(program, Programs.Request([.. prompt]), pool, console).Run();
        refused = console.Refused;
        return output.ToString();
    }

    /// <summary>Says continue, sets off the timer, and then has no more to say.</summary>
    private sealed class InterruptingReader(Func<Timer> start) : TextReader
    {
        private Timer? _timer;

        public override string? ReadLine()
        {
            if (_timer is not null)
            {
                return null;
            }

            _timer = start();
            return "continue";
        }
    }
}
