using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("PomIsa.Isa.Tests")]
