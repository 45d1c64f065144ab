using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.VisualStudio.Threading;
using StreamJsonRpc;

namespace PomIsa.LanguageServer;

/// <summary>The language server: LSP 3.17 over a pair of streams.</summary>
public static class EditorServer
{
    /// <summary>Form of all messages: what LSP calls a field, without those that say nothing.</summary>
    internal static JsonSerializerOptions Form { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Serves one client until it says <c>exit</c> or its stream ends.</summary>
    /// <returns>0 if the client said <c>shutdown</c> before <c>exit</c>, otherwise 1, as LSP has it.</returns>
    public static async Task<int> RunAsync(Stream input, Stream output, CancellationToken stop)
    {
        using var handler = new HeaderDelimitedMessageHandler(output, input, new SystemTextJsonFormatter { JsonSerializerOptions = Form });
        using var connection = new EditorConnection(handler)
        {
            // Changes of a document are applied in the order in which they come; what takes long leaves this context.
            SynchronizationContext = new NonConcurrentSynchronizationContext(sticky: false),
            CancelLocallyInvokedMethodsWhenConnectionIsClosed = true,
        };
        await using var publisher = new DiagnosticsPublisher(connection);
        var session = new EditorSession(publisher);
        connection.AddLocalRpcTarget(session, new JsonRpcTargetOptions { UseSingleObjectParameterDeserialization = true });
        connection.StartListening();
        publisher.Start();
        await Task.WhenAny(connection.Completion, session.Exited, Task.Delay(Timeout.Infinite, stop)).ConfigureAwait(false);
        return session.IsShutDown ? 0 : 1;
    }
}
