namespace PomIsa.Files;

/// <summary>Files that were not there before, whole and on the device when the call returns, else gone again.</summary>
internal static class NewFile
{
    internal static void Write<T>(string path, T content, Action<FileStream, T> write, UnixFileMode? mode)
        where T : allows ref struct
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (mode is { } wanted && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = wanted;
        }

        var file = new FileStream(path, options);
        try
        {
            using (file)
            {
                write(file, content);
                file.Flush(flushToDisk: true);
            }
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }
}
