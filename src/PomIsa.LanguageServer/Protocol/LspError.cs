using StreamJsonRpc;

namespace PomIsa.LanguageServer.Protocol;

/// <summary>Errors by the numbers of JSON-RPC and LSP.</summary>
internal static class LspError
{
    public const int InvalidRequest = -32600;
    public const int InvalidParams = -32602;
    public const int InternalError = -32603;
    public const int ServerNotInitialized = -32002;
    public const int RequestFailed = -32803;

    public static LocalRpcException Of(int code, string message) => new(message) { ErrorCode = code };
}
