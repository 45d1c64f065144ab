#!/usr/bin/env bash
# Writes src/PomIsa.Cli/Profile: the instantiations of generics that usual commands had to compile while they ran, for the compiler that runs ahead of time.
# Worth running again after changes of what a command goes through; an old profile makes commands slower to start, never wrong.
# usage: tests/startup-profile.sh [model.onnx]      default: a decoder of 135M parameters, written as ONNX: what is larger than a store's memory is read in another way
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

dotnet build -c Release tests/PomIsa.StartupProfile -v quiet > /dev/null
dotnet build -c Release src/PomIsa.Cli -p:UseProfile=false -p:RunAnalyzers=false -v quiet > /dev/null
model=${1:-}
if [ -z "$model" ]; then
    dotnet run -c Release --project tests/PomIsa.Benchmarks -- onnx --write --models 135M --cache "$work/onnx" > /dev/null
    model=$work/onnx/onnx-135M-builder-gqa-last.1/model.onnx
fi

root=$PWD
hook=$root/tests/PomIsa.StartupProfile/bin/Release/net10.0/PomIsa.StartupProfile.dll
pomisa() {
    (cd "$work" && DOTNET_STARTUP_HOOKS=$hook POMISA_PROFILE=$work/methods.txt dotnet "$root/src/PomIsa.Cli/bin/Release/net10.0/pomisa.dll" "$@" > "$work/out.txt" 2>&1) || {
        echo "pomisa $*" >&2
        cat "$work/out.txt" >&2
        exit 1
    }
}

runs=$work/.pomisa/runs
prompt="#1 upgrade | Move the network to Beacon | Beacon-4 468701 | yes 5 no 2 abstain 519 quorum 100 | passed"
pomisa compile "$model" --weights w8 -o "$work/model"
pomisa run "$work/model" --openings --prompt "1 2 3 4 5 6 7 8"
pomisa run "$root/examples/govsum" --openings --prompt "$prompt"
pomisa run "$work/model" --private all --prompt "1 2 3 4"
pomisa run "$work/model" --keep roots --prompt "1 2 3 4"
pomisa generate "$root/examples/govsum" --prompt "$prompt"
for run in 0001 0002 0003 0004; do
    pomisa verify "$runs/$run" --json
done

for level in signature audit spot; do
    pomisa verify "$runs/0001" --level $level --json
    pomisa verify "$runs/0002" --level $level
done

pomisa log export "$runs/0001" -o "$work/tiles"
pomisa log fsck "$work/tiles"
pomisa log proof "$work/tiles" 42 -o "$work/record.tlog-proof"
pomisa log prune "$runs/0002"
pomisa verify "$runs/0002"
pomisa log restore "$runs/0002"
pomisa demo --json
pomisa inspect "$work/model"
pomisa keys list
dotnet "$hook" src/PomIsa.Cli/Profile "$work/methods.txt"
