#!/usr/bin/env bash
# The phone's crates compile for the browser. Three ways, the first that works here.
set -euo pipefail
# shellcheck source=tests/setup/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

WASM=wasm32-unknown-unknown
CHECK=(check --locked --package mobile-client --target "$WASM")

installed() { [ -d "$(rustc --print sysroot)/lib/rustlib/$WASM" ]; }

debian() {
    [ -x /usr/bin/wasm-ld-22 ] && [ -x /usr/bin/cargo ] && [ -d /usr/lib/rustlib/src ] ||
        packages rustc-web cargo-web rust-web-src lld-22
}

if ! installed && have rustup && [ "${RUSTUP_AUTO_INSTALL:-1}" != 0 ]; then
    say "adding the target $WASM with rustup"
    quietly rustup rustup target add "$WASM" || true
fi
if installed; then
    cargo "${CHECK[@]}"
elif debian; then
    say "using Debian's own Rust for $WASM"
    # A directory of its own: two compilers would throw away each other's work.
    RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$TARGET/wasm-debian" \
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22 \
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=-Clinker-flavor=wasm-ld \
        /usr/bin/cargo "${CHECK[@]}" -Zbuild-std=std,panic_abort
else
    die "the Rust target $WASM is missing; install it with: rustup target add $WASM"
fi

tree="$(cargo tree --locked --package mobile-client --target "$WASM" --edges normal --prefix none)"
if printf '%s\n' "$tree" | grep -E '^(diesel|actix-web|libsqlite3-sys|pq-sys)([_ -]|$)'; then
    die "the crates above belong to the server, and the phone would carry them"
fi
