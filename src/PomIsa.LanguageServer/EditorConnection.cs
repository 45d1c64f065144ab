using System.Text.Json;
using PomIsa.LanguageServer.Protocol;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace PomIsa.LanguageServer;

/// <summary>A connection whose errors are one sentence: no stack trace and no type of ours goes to a client.</summary>
internal sealed class EditorConnection(IJsonRpcMessageHandler handler) : JsonRpc(handler)
{
    protected override JsonRpcError.ErrorDetail CreateErrorDetails(JsonRpcRequest request, Exception exception) =>
        exception switch
        {
            LocalRpcException { ErrorCode: var code } => Detail(code, exception.Message),
            OperationCanceledException => Detail((int)JsonRpcErrorCode.RequestCanceled, $"{request.Method} was cancelled."),
            JsonException => Detail(LspError.InvalidParams, $"The parameters are none of {request.Method}."),
            _ => Detail(LspError.InternalError, $"{request.Method} failed: {exception.Message}"),
        };

    private static JsonRpcError.ErrorDetail Detail(int code, string message) => new() { Code = (JsonRpcErrorCode)code, Message = message };
}
