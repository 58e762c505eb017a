# Compiling for the browser: three ways, the first that works here. To be sourced after lib.sh.
# Invariant: whichever way it is, the same crates of Cargo.lock are compiled.
# shellcheck shell=bash

WASM=wasm32-unknown-unknown
# Where the result of `for_browser` lies.
WASM_OUT=""

target_installed() { have rustc && [ -d "$(rustc --print sysroot)/lib/rustlib/$WASM/lib" ]; }

need_debian_rust() {
    [ -x /usr/bin/wasm-ld-22 ] && [ -x /usr/bin/cargo ] && [ -d /usr/lib/rustlib/src ] ||
        packages rustc-web cargo-web rust-web-src lld-22
}

# Less to carry: Leptos then knows its views by one type instead of one each, and the hashing of photos
# is a loop that is not written out.
SMALL='--cfg erase_components --cfg sha2_backend_soft="compact"'

# for_browser COMMAND ARGUMENT…: cargo, for the browser. DONDOC_BROWSER_RUST=debian leaves the other ways out.
for_browser() {
    local way="${DONDOC_BROWSER_RUST:-}"
    if [ -z "$way" ] && ! target_installed && have rustup && [ "${RUSTUP_AUTO_INSTALL:-1}" != 0 ]; then
        say "adding the target $WASM with rustup"
        quietly rustup rustup target add "$WASM" || true
    fi
    if [ -z "$way" ] && target_installed; then
        WASM_OUT="$TARGET/$WASM"
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="$SMALL" cargo "$1" --locked --target "$WASM" "${@:2}"
    elif need_debian_rust; then
        say "using Debian's own Rust for $WASM"
        # A directory of its own: two compilers would throw away each other's work.
        WASM_OUT="$TARGET/wasm-debian/$WASM"
        RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$TARGET/wasm-debian" \
            CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-22 \
            CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-Clinker-flavor=wasm-ld $SMALL" \
            /usr/bin/cargo "$1" --locked --target "$WASM" "${@:2}" -Zbuild-std=std,panic_abort
    else
        die "the Rust target $WASM is missing; install it with: rustup target add $WASM"
    fi
}
