using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace PomIsa.Isa.Verification;

/// <summary>Decides before anything runs whether a module keeps every rule of spec/bytecode.md, and what it takes at most.</summary>
/// <remarks>Linear in the code but for the bounds of call sites, which <see cref="Limits.BoundVisits"/> limits.</remarks>
public static class Verifier
{
    /// <summary>Checks a module, decoded or built; any module, however wrong.</summary>
    /// <param name="module">The module.</param>
    /// <param name="verified">The module with its bounds, if there is no fault.</param>
    /// <param name="faults">
    /// Every fault, up to <see cref="Limits.Faults"/>, with function and instruction. Faults of declarations end the
    /// check before code is looked at, since all else would follow from them.
    /// </param>
    public static bool TryVerify(
        Module module, [NotNullWhen(true)] out VerifiedModule? verified, out ImmutableArray<Fault> faults)
    {
        var list = new FaultList();
        verified = Verify(module, list);
        faults = list.ToImmutable();
        return verified is not null;
    }

    private static VerifiedModule? Verify(Module module, FaultList faults)
    {
        new DeclarationCheck(module, faults).Run();
        if (faults.Count > 0)
        {
            return null;
        }

        var functions = ImmutableArray.CreateBuilder<VerifiedFunction>(module.Functions.Length);
        var forms = new TypedForms(module);
        for (int i = 0; i < module.Functions.Length; i++)
        {
            VerifiedFunction function = new FunctionCheck(module, i, forms, faults).Run();
            functions.Add(function);
            if (faults.Count == 0)
            {
                function.PlanSlots(); // its code is still in the cache
            }
        }

        CallGraph.Check(module, faults);
        if (faults.Count > 0)
        {
            return null;
        }

        ImmutableArray<VerifiedFunction> all = functions.MoveToImmutable();
        return new BoundCalculator(all, forms, faults).TryRun(module, out Bounds bounds)
            ? new VerifiedModule(module, all, bounds)
            : null;
    }
}
