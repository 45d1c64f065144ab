using PomIsa.Evidence.Tiles;

namespace PomIsa.Evidence.Tests.Tiles;

public class TilePathTests
{
    [Theory]
    [InlineData(0, 5, 256, "tile/0/005")]
    [InlineData(0, 1000, 256, "tile/0/x001/000")]
    [InlineData(2, 1234067, 17, "tile/2/x001/x234/067.p/17")]
    public void Tiles_are_named_as_the_standard_has_it(int level, ulong index, int width, string path)
    {
        Assert.Equal(path, TilePath.Tile(level, index, width));
        Assert.True(TilePath.IsValid(path));
        string entries = path.Replace($"tile/{level}", "tile/entries", StringComparison.Ordinal);
        Assert.Equal(entries, TilePath.Entries(index, width));
        Assert.True(TilePath.IsValid(entries));
    }

    [Theory]
    [InlineData("")]
    [InlineData("key.vkey")]
    [InlineData("checkpoint/")]
    [InlineData("tile/0/5")]
    [InlineData("tile/00/005")]
    [InlineData("tile/64/005")]
    [InlineData("tile/0/x000/005")]
    [InlineData("tile/0/005.p/0")]
    [InlineData("tile/0/005.p/256")]
    [InlineData("tile/0/005.p/07")]
    [InlineData("tile/0/../../secret")]
    [InlineData("tile/0/001/002")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999")]
    public void Nothing_else_is_a_path(string path) => Assert.False(TilePath.IsValid(path));
}
