using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace PomIsa.StartupProfile;

/// <summary>Hears from the runtime which instantiations of generics it compiled in this process.</summary>
internal sealed class CompiledMethods : EventListener
{
    private const EventKeywords Jit = (EventKeywords)0x10;
    private const uint Dynamic = 1, Generic = 2;

    private readonly ConcurrentDictionary<long, bool> _methods = new(); // by the address of their description

    /// <summary>A line for each; call it once, at the end.</summary>
    public IEnumerable<string> Finish()
    {
        Thread.Sleep(500); // events wait in a buffer
        return _methods.Keys.Select(MethodText.Of).OfType<string>();
    }

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, Jit);
        }
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // Only what was compiled here: code that comes from a file is not told at this level of detail under this keyword.
        if (eventData.EventName?.StartsWith("MethodLoadVerbose", StringComparison.Ordinal) == true
            && ((uint)Value(eventData, "MethodFlags") & (Dynamic | Generic)) == Generic)
        {
            _methods.TryAdd((long)(ulong)Value(eventData, "MethodID"), true);
        }
    }

    private static object Value(EventWrittenEventArgs e, string name) => e.Payload![e.PayloadNames!.IndexOf(name)]!;
}
