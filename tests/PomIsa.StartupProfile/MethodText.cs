using System.Reflection;
using System.Text;

namespace PomIsa.StartupProfile;

/// <summary>A method as ilasm reads it in <c>ldtoken method …</c>: exact instantiation, signature as declared.</summary>
internal static class MethodText
{
    private static readonly MethodInfo InfoOf = typeof(RuntimeMethodHandle).GetMethod("GetMethodInfo", BindingFlags.NonPublic | BindingFlags.Instance)!;
    private static readonly MethodInfo DeclaringTypeOf = typeof(RuntimeMethodHandle).GetMethods(BindingFlags.NonPublic | BindingFlags.Static)
        .First(static m => m.Name == "GetDeclaringType" && m.GetParameters()[0].ParameterType.Name == "IRuntimeMethodInfo");

    /// <summary>The method at an address; null where it can't be written so, or needs no instantiation.</summary>
    public static string? Of(long address)
    {
        var handle = RuntimeMethodHandle.FromIntPtr((nint)address);
        var type = (Type)DeclaringTypeOf.Invoke(null, [InfoOf.Invoke(handle, null)])!;
        try
        {
            MethodBase? method = MethodBase.GetMethodFromHandle(handle, type.TypeHandle);
            return method is null || type.IsArray || !(type.IsGenericType || method.IsGenericMethod) || type.Assembly == typeof(MethodText).Assembly ? null : Of(method, type);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static string Of(MethodBase method, Type type)
    {
        var open = type.Module.ResolveMethod(method.MetadataToken)!;
        var text = new StringBuilder(method.IsStatic ? "" : "instance ");
        text.Append(open is MethodInfo returns ? Of(returns.ReturnParameter) : "void").Append(' ').Append(Of(type)).Append("::'").Append(method.Name).Append('\'');
        if (method.IsGenericMethod)
        {
            Type[] exact = SharedArguments.Exact(open.GetGenericArguments(), method.GetGenericArguments());
            text.Append('<').AppendJoin(", ", exact.Select(Of)).Append('>');
        }

        return text.Append('(').AppendJoin(", ", open.GetParameters().Select(Of)).Append(')').ToString();
    }

    private static string Of(ParameterInfo parameter) => Of(parameter.ParameterType)
        + string.Concat(parameter.GetRequiredCustomModifiers().Select(static m => $" modreq({Name(m)})"))
        + string.Concat(parameter.GetOptionalCustomModifiers().Select(static m => $" modopt({Name(m)})"));

    private static string Of(Type type) => type switch
    {
        { IsByRef: true } => Of(type.GetElementType()!) + "&",
        { IsPointer: true } => Of(type.GetElementType()!) + "*",
        { IsSZArray: true } => Of(type.GetElementType()!) + "[]",
        { IsFunctionPointer: true } or { IsArray: true } => throw new NotSupportedException(),
        { IsGenericMethodParameter: true } => $"!!{type.GenericParameterPosition}",
        { IsGenericTypeParameter: true } => $"!{type.GenericParameterPosition}",
        { IsGenericType: true } => $"{Kind(type)}{Name(type)}<{string.Join(", ", SharedArguments.Exact(type.GetGenericTypeDefinition().GetGenericArguments(), type.GetGenericArguments()).Select(Of))}>",
        _ => Keyword(type) ?? Kind(type) + Name(type),
    };

    private static string? Keyword(Type type) => SharedArguments.IsShared(type) || type == typeof(object) ? "object"
        : type == typeof(void) ? "void"
        : type == typeof(string) ? "string"
        : type == typeof(nint) ? "native int"
        : type == typeof(nuint) ? "native uint"
        : type == typeof(bool) ? "bool"
        : type == typeof(char) ? "char"
        : type == typeof(sbyte) ? "int8"
        : type == typeof(byte) ? "uint8"
        : type == typeof(short) ? "int16"
        : type == typeof(ushort) ? "uint16"
        : type == typeof(int) ? "int32"
        : type == typeof(uint) ? "uint32"
        : type == typeof(long) ? "int64"
        : type == typeof(ulong) ? "uint64"
        : type == typeof(float) ? "float32"
        : type == typeof(double) ? "float64"
        : null;

    private static string Kind(Type type) => type.IsValueType ? "valuetype " : "class ";

    private static string Name(Type type) => type.IsNested ? $"{Name(type.DeclaringType!)}/'{type.Name}'"
        : $"[{type.Assembly.GetName().Name}]'{(type.Namespace is { } space ? space + "." : "")}{type.Name}'";
}
