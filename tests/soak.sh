#!/usr/bin/env bash
# Kills processes that write logs at random moments and looks after each at what the log has kept: three of four are a bare
# writer of records that says what is durable, the fourth is pomisa itself, whose run is taken up with run --resume, and by turns
# one whose records are pruned and restored, both killed.
# Between lives a tail is torn now and then, as a disk may leave it.
# usage: tests/soak.sh [kills [seed]]      last line: K kills, L lost, D double
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build -c Release tests/PomIsa.Evidence.Crash -v quiet > /dev/null
dotnet build -c Release src/PomIsa.Cli -v quiet > /dev/null
exec dotnet tests/PomIsa.Evidence.Crash/bin/Release/net10.0/PomIsa.Evidence.Crash.dll soak "${1:-500}" "${2:-1}" src/PomIsa.Cli/bin/Release/net10.0/pomisa.dll
