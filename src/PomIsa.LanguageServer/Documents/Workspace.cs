using System.Collections.Concurrent;
using System.Collections.Immutable;
using PomIsa.Assembly;
using PomIsa.Assembly.Analysis;
using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Documents;

/// <summary>The open documents; each change gives a new <see cref="Snapshot"/>, so that a request sees one state from begin to end.</summary>
internal sealed class Workspace
{
    private readonly IncludeGraph _graph = new();
    private readonly Lock _gate = new();

    public Workspace() => Current = new Snapshot(ImmutableDictionary.Create<string, TextDocument>(StringComparer.Ordinal), _graph, []);

    public Snapshot Current { get; private set; }

    public void Open(TextDocumentItem item) => Replace(open => open.SetItem(item.Uri, new TextDocument(item.Uri, item.Version, item.Text)));

    public void Close(string uri) => Replace(open => open.Remove(uri));

    /// <summary>Files on disk may be other than they were.</summary>
    public void Refresh() => Replace(static open => open);

    /// <summary>Changes of an open document; of one that is not open they mean nothing.</summary>
    public void Change(DidChangeParams change)
    {
        lock (_gate)
        {
            if (Current.Open.TryGetValue(change.TextDocument.Uri, out var document))
            {
                var changed = document.Apply(change.ContentChanges, change.TextDocument.Version);
                Current = new Snapshot(Current.Open.SetItem(document.Uri, changed), _graph, Current.Without(changed));
            }
        }
    }

    private void Replace(Func<ImmutableDictionary<string, TextDocument>, ImmutableDictionary<string, TextDocument>> change)
    {
        lock (_gate)
        {
            _graph.Forget();
            Current = new Snapshot(change(Current.Open), _graph, []);
        }
    }
}

/// <summary>The open documents at one moment, and the programs that they belong to, analysed when first asked for.</summary>
internal sealed class Snapshot(
    ImmutableDictionary<string, TextDocument> open, IncludeGraph graph, IEnumerable<KeyValuePair<string, Lazy<ProgramView>>> known)
{
    private readonly ConcurrentDictionary<string, Lazy<ProgramView>> _programs = new(known, StringComparer.Ordinal);
    private readonly Dictionary<string, TextDocument> _byPath = ByPath(open);

    public ImmutableDictionary<string, TextDocument> Open => open;

    /// <summary>The program that a document is part of, analysed once.</summary>
    public ProgramView ProgramOf(TextDocument document)
    {
        var root = document.Path is null ? document.Uri : graph.RootOf(document.Path, _byPath);
        return Program(root, document);
    }

    /// <summary>All programs that hold a file, those of files beside it too.</summary>
    /// <param name="path">Full path; of a document that is no file its URI.</param>
    public IEnumerable<ProgramView> ProgramsWith(string path) => Path.IsPathRooted(path)
        ? graph.RootsOf(path, _byPath).Select(root => Program(root, null)).Where(one => one.FileOf(path) is not null) : [];

    /// <summary>The document's program, and what its analysis calls the document.</summary>
    public (ProgramView Program, string File) Find(TextDocument document)
    {
        var program = ProgramOf(document);
        if (program.FileOf(document.Path ?? document.Uri) is { } file)
        {
            return (program, file);
        }

        // What should include it does not get there (a limit, a cycle): then it is a program of its own.
        var alone = Program(document.Path ?? document.Uri, document);
        return (alone, alone.Root);
    }

    /// <summary>The URI of a file, as the client spells it if the file is open.</summary>
    public string UriOf(string path) =>
        _byPath.TryGetValue(path, out var document) ? document.Uri : Path.IsPathRooted(path) ? DocumentUri.FromPath(path) : path;

    /// <summary>Programs that a changed document has no part in; they stay as they are.</summary>
    public IEnumerable<KeyValuePair<string, Lazy<ProgramView>>> Without(TextDocument changed) => _programs.Where(one =>
        one.Value is { IsValueCreated: true, Value: { } program } && one.Key != (changed.Path ?? changed.Uri)
        && program.FileOf(changed.Path ?? changed.Uri) is null
        && !program.Analysis.Diagnostics.Any(mistake => mistake.Code == DiagnosticCode.IncludeNotFound));

    private ProgramView Program(string root, TextDocument? document) => _programs.GetOrAdd(root, one => new Lazy<ProgramView>(() => Analyse(one, document))).Value;

    private ProgramView Analyse(string root, TextDocument? document)
    {
        if (document is { Path: null })
        {
            return new ProgramView(SourceAnalysis.Of(document.Text, document.Uri), document.Uri, null);
        }

        var folder = Path.GetDirectoryName(root)!;
        var name = Path.GetFileName(root);
        var text = _byPath.TryGetValue(root, out var known) ? known.Text : TryRead(root) ?? "";
        return new ProgramView(SourceAnalysis.Of(text, name, Includes(folder)), name, folder);
    }

    // As Includes.Below, but what is open comes before what is on the disk.
    private IncludeResolver Includes(string folder)
    {
        var below = Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar;
        var onDisk = Assembly.Includes.Below(folder);
        return (from, requested) =>
        {
            if (requested.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(requested))
            {
                return null;
            }

            var full = Path.GetFullPath(requested, Path.GetDirectoryName(Path.GetFullPath(from, folder)) ?? folder);
            if (full.StartsWith(below, StringComparison.Ordinal) && _byPath.TryGetValue(full, out var document))
            {
                return new IncludedSource(full[below.Length..].Replace('\\', '/'), document.Text);
            }

            try
            {
                return onDisk(from, requested);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        };
    }

    private static string? TryRead(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= AssemblerLimits.SourceLength } ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Dictionary<string, TextDocument> ByPath(ImmutableDictionary<string, TextDocument> open)
    {
        var byPath = new Dictionary<string, TextDocument>(StringComparer.Ordinal);
        foreach (var document in open.Values.OrderBy(one => one.Uri, StringComparer.Ordinal))
        {
            byPath.TryAdd(document.Path ?? document.Uri, document);
        }

        return byPath;
    }
}
