using PomIsa.Isa;
using PomIsa.Kernels;
using PomIsa.Machine.Execution;
using PomIsa.Machine.Tests.Support;

namespace PomIsa.Machine.Tests.Runs;

/// <summary>Products of which only the place of each row's greatest value is told: it is that of the values.</summary>
public sealed class ChosenProductsTests
{
    private const int Depth = 64, Columns = 1232; // two stretches of 512 columns and a part of one

    [Theory]
    [InlineData("w8", 1, 2)]
    [InlineData("w8", 7, 1)]
    [InlineData("w8", 100, 2)]
    [InlineData("w8", 200, 3)] // two tiles of rows
    [InlineData("w4", 1, 2)]
    [InlineData("w4", 200, 2)]
    public void The_place_of_the_greatest_value_is_that_of_the_values(string element, int rows, int threads)
    {
        using BoundProgram program = ChosenProgram.Bind(element, Depth, Columns);
        var request = new RunRequest { Inputs = [new InputTensor(DType.F32, [rows, Depth], [.. Inputs(rows).SelectMany(BitConverter.GetBytes)])] };
        using var pool = new WorkerPool(threads);
        var values = new Values();
        Execute(program, request, pool, values);
        var places = new Places();
        Execute(program, request, pool, places);
        Assert.Equal(Enumerable.Range(0, rows).Select(t => Kernels.Rows.Argmax(values.Y.AsSpan(t * Columns, Columns))), places.Columns);
    }

    private static void Execute(BoundProgram program, RunRequest request, WorkerPool pool, IRetireObserver observer)
    {
        using var interpreter = new Interpreter(program, request, pool, observer);
        Assert.True(interpreter.TryRun(out MachineFault fault), fault.Detail);
    }

    /// <summary>Rows of numbers, and such whose values are all equal: of zeros, and with an infinity.</summary>
    private static IEnumerable<float> Inputs(int rows)
    {
        var random = new Random(rows);
        for (int row = 0; row < rows; row++)
        {
            int kind = random.Next(8);
            for (int k = 0; k < Depth; k++)
            {
                yield return kind == 0 ? 0 : kind == 1 && k == 3 ? float.PositiveInfinity : random.NextSingle() - 0.5f;
            }
        }
    }

    private class Values : IRetireObserver
    {
        public float[] Y { get; private set; } = [];

        public bool TryRetire(RetirePlace place, OpContext context, ReadOnlySpan<SymbolValue> changes, out string refusal)
        {
            Y = context.Line.Row.RecordsProduct ? context.View(0).F32.ToArray() : Y;
            refusal = "";
            return true;
        }
    }

    private sealed class Places : Values, IRowChoices
    {
        public int[] Columns { get; private set; } = [];

        public unsafe int* Take(int rows)
        {
            Columns = GC.AllocateArray<int>(rows, pinned: true);
            Array.Fill(Columns, -1);
            return (int*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref Columns[0]);
        }
    }
}
