using System.Runtime.InteropServices;

namespace PomIsa.Files;

/// <summary>
/// Gives a file a name that no other has. The runtime looks whether the name is taken and then renames, so of two who come at once both believe to have
/// come first, and one file is lost; a link is refused by the system itself where the name is taken.
/// </summary>
internal static partial class NewName
{
    private const int Taken = 17; // EEXIST

    /// <summary>Moves <paramref name="draft"/> to <paramref name="path"/>.</summary>
    /// <returns>False, with nothing done, where the file system has no links: then it must be renamed. So does Windows, which refuses by itself.</returns>
    /// <exception cref="IOException">There is a file of that name.</exception>
    internal static bool TryGive(string draft, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        try
        {
            if (Link(draft, path) == 0)
            {
                File.Delete(draft);
                return true;
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }

        return Marshal.GetLastPInvokeError() == Taken ? throw new IOException($"{path} exists already.") : false;
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string oldPath, string newPath);
}
