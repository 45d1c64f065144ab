#!/usr/bin/env bash
# The identity matrix (spec/identity.md): one workload under many conditions, one digest. With --ci the subset that runs on every change.
# Its last line is "C cells, 0 mismatches, R retires". Cells that can't run here are listed with the reason.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
out=$PWD/.pomisa/identity
mkdir -p "$out"

# publish NAME RUNTIME OPTIONS...: a build of its own, apart from the solution's.
publish() {
    dotnet publish -c Release -v q --nologo tests/PomIsa.Identity -r "$2" -o "$out/$1" --artifacts-path "$out/build" \
        -p:NuGetLockFilePath=obj/identity.lock.json "${@:3}"
}

# What Arm64 programs need on another processor: an emulator, the C and C++ libraries, and OpenSSL for SHA-256.
emulation() {
    local packages="qemu-user libc6-arm64-cross libstdc++6-arm64-cross"
    if ! command -v qemu-aarch64 > /dev/null || [ ! -e /usr/aarch64-linux-gnu/lib/libstdc++.so.6 ]; then
        if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
            echo "identity: no Arm64 cells without $packages" >&2
            return 1
        fi
        apt-get update -qq && apt-get install -y -qq $packages > /dev/null || return 1
    fi
    [ -e "$out/openssl/libcrypto.so.3" ] && return
    command -v apt-get > /dev/null && command -v dpkg-deb > /dev/null || { echo "identity: no Arm64 cells without Debian's libssl3 for arm64" >&2; return 1; }

    # Package lists of their own, so that the system's architectures stay as they are.
    local apt="$out/apt" options=(-qq -o APT::Architecture=arm64 -o APT::Architectures::=arm64)
    mkdir -p "$apt/lists/partial" "$apt/download" "$out/openssl"
    options+=(-o Dir::State::Lists="$apt/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root)
    (cd "$apt/download" && apt-get "${options[@]}" update && apt-get "${options[@]}" download libssl3) || return 1
    dpkg-deb -x "$apt"/download/libssl3_*.deb "$apt/files"
    cp "$apt"/files/usr/lib/aarch64-linux-gnu/lib{ssl,crypto}.so.3 "$out/openssl/"
}

matrix=(--jobs "$(nproc)" "$@")
case $(uname -m) in
    x86_64)
        publish jit linux-x64 --self-contained false
        publish ready-to-run linux-x64 --self-contained false -p:PublishReadyToRun=true
        matrix+=(--ready-to-run "$out/ready-to-run")
        if emulation; then
            publish arm64/jit linux-arm64 --self-contained true
            publish arm64/ready-to-run linux-arm64 --self-contained true -p:PublishReadyToRun=true
            matrix+=(--arm64 "$out/arm64" --arm64-libraries "$out/openssl")
        fi
        ;;
    aarch64)
        publish jit linux-arm64 --self-contained false
        publish arm64/jit linux-arm64 --self-contained true
        publish arm64/ready-to-run linux-arm64 --self-contained true -p:PublishReadyToRun=true
        matrix+=(--arm64 "$out/arm64")
        ;;
    *)
        echo "identity: there are no cells for $(uname -m)" >&2
        exit 1
        ;;
esac

dotnet "$out/jit/PomIsa.Identity.dll" matrix "${matrix[@]}"
