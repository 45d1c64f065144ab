using System.Runtime.ExceptionServices;

namespace PomIsa.Kernels;

/// <summary>The same work on several threads at once, for what is done once: no threads wait for more of it, as a <see cref="WorkerPool"/>'s do.</summary>
/// <remarks>In place of Parallel.For, whose generic code can't be compiled before it runs: on a command's way that costs as much as the work it spreads.</remarks>
public static class ThreadTeam
{
    /// <summary>Does the work on this thread and on others of the thread pool, and waits for all of them.</summary>
    /// <param name="threads">How many in all; at least this one.</param>
    /// <param name="work">What each does: it finds out by itself what is left.</param>
    /// <remarks>Throws what one of them threw, once all have ended.</remarks>
    public static void Run(int threads, Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var others = new Task[Math.Max(0, threads - 1)];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = Task.Run(work);
        }

        try
        {
            work();
        }
        finally
        {
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
    }
}
