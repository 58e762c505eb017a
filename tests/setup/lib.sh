# What the scripts here share. To be sourced, after `set -euo pipefail`.
# Invariant: nothing here asks a question, and nothing is installed outside target/ and tests/foreign/
# except operating system packages, and those only as root or with a sudo that asks for no password.
# shellcheck shell=bash

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
export FOREIGN="$ROOT/tests/foreign"
# Where cargo builds: the variable may point elsewhere.
TARGET="${CARGO_TARGET_DIR:-$ROOT/target}"
STAMPS="$TARGET/stamps"
LOGS="$TARGET/logs"
mkdir -p "$STAMPS" "$LOGS"
cd "$ROOT" || exit 1

export DONDOC_PASSWORD="${DONDOC_PASSWORD:-dondoc-demo-2026}"

say() { printf '==> %s\n' "$*"; }

die() {
    printf '==> FAILED: %s\n' "$*" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# As root directly, or with sudo where it asks nothing.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif have sudo && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        return 1
    fi
}

# packages NAME…: install Debian or Ubuntu packages, or fail quietly so that the caller can say it in words.
packages() {
    have apt-get || return 1
    say "installing $* with apt-get"
    if [ ! -e "$STAMPS/apt-updated" ]; then
        as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >"$LOGS/apt.log" 2>&1 </dev/null || return 1
        touch "$STAMPS/apt-updated"
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" \
        >>"$LOGS/apt.log" 2>&1 </dev/null
}

# digest FILE…: one word that changes when any of the files does.
digest() { cat "$@" | sha256sum | cut -c1-16; }

need_cargo() {
    have cargo || die "cargo is missing; install Rust as https://rustup.rs says"
    have cc || packages gcc libc6-dev make || die "a C compiler is missing; install gcc (Debian: apt-get install build-essential)"
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# quietly LOG COMMAND…: run it, and show what it said only if it fails.
quietly() {
    local log="$LOGS/$1.log"
    shift
    if ! "$@" >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        return 1
    fi
}

# wait_ready URL PID: until the server answers 200, or is gone, or a minute has passed.
wait_ready() {
    local _
    for _ in $(seq 1 300); do
        [ "$(http_status "$1/readyz")" = 200 ] && return 0
        kill -0 "$2" 2>/dev/null || return 1
        sleep 0.2
    done
    return 1
}

http_status() {
    if have curl; then
        curl -s -o /dev/null -w '%{http_code}' --max-time 2 "$1" || true
    else
        python3 -c 'import sys, urllib.request
try: print(urllib.request.urlopen(sys.argv[1], timeout=2).status)
except Exception: print(0)' "$1"
    fi
}

# Stop a process that one of these scripts started, and wait until it is gone.
stop() {
    [ -n "${1:-}" ] || return 0
    kill "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}
