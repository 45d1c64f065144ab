namespace PomIsa.Shards;

/// <summary>A file in a model's folder, by its path with <c>/</c> between segments.</summary>
internal readonly record struct FolderFile(string Path, string FullPath, long Length, bool IsLink)
{
    /// <summary>All files below the folder but the ignored ones, in Unicode code-point order. Links are listed, never followed.</summary>
    /// <exception cref="ShardStoreException">The folder cannot be read.</exception>
    public static List<FolderFile> List(string folder)
    {
        var files = new List<FolderFile>();
        try
        {
            Walk(new DirectoryInfo(folder), "", files);
        }
        catch (Exception e) when (ShardStoreException.IsStorage(e))
        {
            throw ShardStoreException.From("read", folder, e);
        }

        files.Sort(static (a, b) => ManifestResource.CompareNames(a.Path, b.Path));
        return files;
    }

    private static void Walk(DirectoryInfo folder, string prefix, List<FolderFile> files)
    {
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos())
        {
            string path = prefix + entry.Name;
            if (prefix.Length == 0 && Manifest.DefaultIgnored.Contains(entry.Name))
            {
                continue;
            }

            bool link = entry.LinkTarget is not null;
            if (entry is DirectoryInfo inner && !link)
            {
                Walk(inner, path + "/", files);
            }
            else
            {
                files.Add(new FolderFile(path, entry.FullName, entry is FileInfo file && !link ? file.Length : 0, link));
            }
        }
    }
}
