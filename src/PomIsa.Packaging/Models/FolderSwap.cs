using System.Runtime.InteropServices;

namespace PomIsa.Packaging.Models;

/// <summary>Folders that take each other's place.</summary>
internal static partial class FolderSwap
{
    private const int Here = -100; // AT_FDCWD

    private const uint Exchange = 2; // RENAME_EXCHANGE

    /// <summary>Puts a folder where another one may be, which goes away. At each instant one of the two is whole.</summary>
    public static void Put(string from, string to)
    {
        if (!Directory.Exists(to))
        {
            Directory.Move(from, to);
            return;
        }

        if (TryExchange(from, to))
        {
            Remove(from);
            return;
        }

        // Where the system can't exchange two folders: Recover finishes what a kill between these lines cuts off.
        string old = to + ".old";
        Remove(old);
        Directory.Move(to, old);
        Directory.Move(from, to);
        Remove(old);
    }

    /// <summary>Brings a folder back that <see cref="Put"/> had moved away when its process was killed.</summary>
    public static void Recover(string to)
    {
        string old = to + ".old";
        if (Directory.Exists(old) && ModelPackage.IsAt(old))
        {
            if (Directory.Exists(to))
            {
                Remove(old);
            }
            else
            {
                Directory.Move(old, to);
            }
        }
    }

    /// <summary>Removes a folder if it is there.</summary>
    public static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool TryExchange(string a, string b)
    {
        try
        {
            return OperatingSystem.IsLinux() && Rename(Here, a, Here, b, Exchange) == 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(int oldFolder, string oldPath, int newFolder, string newPath, uint flags);
}
