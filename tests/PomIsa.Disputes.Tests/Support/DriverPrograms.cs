namespace PomIsa.Disputes.Tests.Support;

/// <summary>Programs whose drivers do all that a driver can.</summary>
internal static class DriverPrograms
{
    /// <summary>Nested loops, branches both ways, a driver that calls a driver, locals, states, every scalar opcode.</summary>
    public const string Everything = """
        .module everything
        .symbol T max 8
        .symbol S max 40
        .symbol P max 8
        .symbol R max 8
        .input words i32[P]
        .weight table f32[4, 16] panels = -5, 2, -2, 5, 1, -3, 4, 0, -4, 3, -1, -5, 2, -2, 5, 1, -3, 4, 0, -4, 3, -1, -5, 2, -2, 5, 1, -3, 4, 0, -4, 3, -1, -5, 2, -2, 5, 1, -3, 4, 0, -4, 3, -1, -5, 2, -2, 5, 1, -3, 4, 0, -4, 3, -1, -5, 2, -2, 5, 1, -3, 4, 0, -4
        .weight norm f32[4] = 1, 2, 3, 4
        .state seen f32[S, 4] max 40
        .state kept f32[R, 4] max 8
        .step keep(a: f32[1, 4]) -> (b: f32[1, 4])
            write kept, a
            vadd b, a, a
            ret
        .end
        .step look(ids: i32[T]) -> (y: f32[1, 4], n: i32[T])
            iota n, S
            embed x, ids, table
            append seen, x
            rmsnorm x, x, norm, 1e-5
            tail y, x, 1
            ret
        .end
        .driver turn(word: i32[1]) -> (y: f32[1, 4])
            .local left
            push 3
            set left
            call look, word -> y, n
            push 3
            loop 3
                call look, word -> y, n
                get left
                push 1
                sub
                dup
                set left
                push 2
                eq
                brk_if
            end
            ret
        .end
        .driver main
            .local total
            .local round
            input w, words
            rows w
            set total
            call look, w -> y, n
            push 1
            token one
            zeros z: f32[2, 3]
            tail z1, z, 1
            push 1
            loop 1
                push 1
                if
                    brk
                end
            end
            push 5
            loop 5
                call keep, y -> y
                get round
                push 1
                add
                set round
                call turn, one -> y
                argmax y
                dup
                emit
                token one
                state.len seen
                get total
                max
                set total
                get round
                push 2
                lt
                if
                    reset seen
                else
                    get total
                    push 7
                    mul
                    push 100
                    min
                    drop
                end
                get round
                push 3
                ge
                push 1
                and
                not
                push 0
                or
                push 0
                swap
                ne
                drop
                get round
                push 4
                gt
                get total
                push 0
                le
                or
                brk_if
                commit
            end
            output y, 0
            halt
        .end
        .entry main
        """;

    /// <summary>Emits as often as its last word says, which its third record alone tells.</summary>
    public const string UnknownRounds = """
        .input words i32[1]
        .driver main
            zeros z: i32[1]
            input w, words
            item w
            loop 8
                push 7
                emit
            end
            halt
        .end
        .entry main
        """;

    /// <summary>Ends behind its third record, or traps behind its fourth, as its second tells.</summary>
    public const string EndsOrTraps = """
        .driver main
            zeros x: i32[1]
            item x
            if
                halt
            end
            push -1
            emit
            halt
        .end
        .entry main
        """;
}
