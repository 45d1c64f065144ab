#!/usr/bin/env bash
# Kills a process that writes a log at random moments and looks after each at what the log has kept.
# usage: tests/soak.sh [kills [seed]]      last line: K kills, L lost, D double
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build -c Release tests/PomIsa.Evidence.Crash -v quiet > /dev/null
exec dotnet tests/PomIsa.Evidence.Crash/bin/Release/net10.0/PomIsa.Evidence.Crash.dll soak "${1:-500}" "${2:-1}"
