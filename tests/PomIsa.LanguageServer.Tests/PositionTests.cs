using PomIsa.LanguageServer.Protocol;

namespace PomIsa.LanguageServer.Tests;

public sealed class PositionTests
{
    [Fact]
    public void Positions_are_ordered_by_line_then_character()
    {
        Assert.True(new Position(1, 9) < new Position(2, 0));
        Assert.True(new Position(2, 1) > new Position(2, 0));
    }
}
