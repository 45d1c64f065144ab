using System.Runtime.ExceptionServices;

namespace PomIsa.Kernels;

/// <summary>The same work on several threads at once, for what is done once: no threads wait for more of it, as a <see cref="WorkerPool"/>'s do.</summary>
/// <remarks>In place of Parallel.For, whose generic code can't be compiled before it runs: on a command's way that costs as much as the work it spreads.</remarks>
public static class ThreadTeam
{
    /// <summary>Does the work on this thread and on others of the thread pool, and waits for all of them.</summary>
    /// <param name="threads">How many in all; at least this one.</param>
    /// <param name="work">What each does: it finds out by itself what is left.</param>
    /// <param name="room">Set by who works beside the team when it leaves its processor: until then one of the others keeps out, and does nothing if all is done. Null: all begin at once.</param>
    /// <remarks>Throws what one of them threw, once all have ended.</remarks>
    public static void Run(int threads, Action work, ManualResetEventSlim? room = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        bool done = false;
        var others = new Task[Math.Max(0, threads - 1)];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = i == 0 && room is not null
                ? Task.Factory.StartNew(Late, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default) // while it waits it is none of the thread pool's
                : Task.Run(work);
        }

        try
        {
            work();
        }
        finally
        {
            Volatile.Write(ref done, true);
            room?.Set();
            foreach (Task other in others)
            {
                ((IAsyncResult)other).AsyncWaitHandle.WaitOne();
            }
        }

        foreach (Task other in others)
        {
            if (other.Exception is { } e)
            {
                ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
            }
        }

        void Late()
        {
            room.Wait();
            if (!Volatile.Read(ref done))
            {
                work();
            }
        }
    }
}
