#!/usr/bin/env bash
# The phone's crates compile for the browser, with the screens and without them.
set -euo pipefail
# shellcheck source=tests/setup/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/setup/browser_target.sh
. "$ROOT/tests/setup/browser_target.sh"

for_browser check --package mobile-client
for_browser check --package mobile-client --features ui,conformance
for_browser check --package mobile-client --features office
# What is only there in a browser is read by clippy too, where clippy has the target.
if [ -z "${DONDOC_BROWSER_RUST:-}" ] && target_installed; then
    for_browser clippy --package mobile-client --features ui,conformance -- --deny warnings
    for_browser clippy --package mobile-client --features office -- --deny warnings
fi

for features in "" ui office; do
    tree="$(cargo tree --locked --package mobile-client --features "$features" --target "$WASM" --edges normal --prefix none)"
    if printf '%s\n' "$tree" | grep -E '^(diesel|actix-web|libsqlite3-sys|pq-sys)([_ -]|$)'; then
        die "the crates above belong to the server, and the phone would carry them"
    fi
    if [ -z "$features" ] && printf '%s\n' "$tree" | grep -E '^leptos([_ -]|$)'; then
        die "the typed client and the offline core must not need the screens"
    fi
done
