using PomIsa.Assembly.Listing;
using PomIsa.Isa;

namespace PomIsa.Assembly;

/// <summary>Modules to source text that assembles to the same bytes.</summary>
public static class Disassembler
{
    /// <summary>
    /// The source of a module. Assembling it (with <see cref="AssemblerOptions.Verify"/> off if the module does not
    /// verify) gives the same program bytes and the same names and doc comments; source positions are those of the new
    /// text, and custom sections of other tools are left out.
    /// </summary>
    /// <param name="module">Any module that the decoder accepts and in which no two weights have one name.</param>
    public static string Disassemble(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        var names = new ModuleNaming(module);
        var text = new SourceWriter();
        DeclarationListing.Write(text, module, names);
        for (var i = 0; i < module.Functions.Length; i++)
        {
            text.Blank();
            new FunctionListing(text, module, names, i).Write();
        }

        text.Blank();
        text.Line($".entry {names.Functions[module.Entry]}");
        return text.ToString();
    }
}
