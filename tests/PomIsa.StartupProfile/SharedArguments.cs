namespace PomIsa.StartupProfile;

/// <summary>Arguments that stand for any reference type, since all of them share one code: a compiler wants one that its parameter allows.</summary>
internal static class SharedArguments
{
    /// <summary>Whether a type is the runtime's stand-in.</summary>
    public static bool IsShared(Type type) => type.FullName == "System.__Canon";

    /// <summary>The arguments with a type in each such place: object, or where constraints ask for more, one of the project's types that meets them.</summary>
    public static Type[] Exact(Type[] parameters, Type[] arguments) =>
        [.. arguments.Select((argument, i) => IsShared(argument) ? Fitting(parameters[i].GetGenericParameterConstraints()) : argument)];

    private static Type Fitting(Type[] constraints) => constraints.Length == 0 ? typeof(object)
        : AppDomain.CurrentDomain.GetAssemblies().Where(static a => a.GetName().Name!.StartsWith("PomIsa.", StringComparison.Ordinal)).SelectMany(static a => a.GetTypes())
            .FirstOrDefault(t => t is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && constraints.All(c => Meets(t, c))) ?? typeof(object);

    // Of a generic constraint only the definition counts: which instance it is, other arguments decide.
    private static bool Meets(Type type, Type constraint) =>
        type.GetInterfaces().Concat(Bases(type)).Any(t => t == constraint || (t.IsGenericType && constraint.IsGenericType && t.GetGenericTypeDefinition() == constraint.GetGenericTypeDefinition()));

    private static IEnumerable<Type> Bases(Type type)
    {
        for (Type? t = type; t is not null; t = t.BaseType)
        {
            yield return t;
        }
    }
}
