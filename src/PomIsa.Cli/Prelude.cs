using PomIsa.Evidence.Keys;
using PomIsa.Kernels;

namespace PomIsa.Cli;

/// <summary>What commands with evidence begin with, made ready on another thread while this one reads the command line: the libraries that hash, sign and draw, and hashing in lanes.</summary>
internal static class Prelude
{
    private static readonly string[] Commands = ["verify", "run", "generate", "chat", "demo"];

    // Of C2SP's signed notes, the example; any key does.
    private const string AnyKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    /// <summary>Begins, if a command line is one of those; nothing waits for it.</summary>
    public static void Begin(string[] arguments)
    {
        if (arguments.Length > 1 && Array.IndexOf(Commands, arguments[0]) >= 0 && Environment.ProcessorCount > 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static _ => Make(), null); // a thread that goes on to load weights
        }
    }

    private static void Make()
    {
        try
        {
            if (VerifierKey.TryParse(AnyKey, out VerifierKey key))
            {
                key.Verify("any text"u8, new byte[64]);
            }

            // The runtime takes milliseconds to load its types of vectors, and one for memory outside its own.
            Sha256Lanes.HashMany(0, new byte[Sha256Lanes.Width], 1, 1, Sha256Lanes.Width, new Digest[Sha256Lanes.Width]);
            new NativeBuffer(2 << 20).Dispose();
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or PlatformNotSupportedException)
        {
            // Whoever needs the library meets the same and tells it.
        }
    }
}
