#!/usr/bin/env bash
# Builds the apps into mobile-client/, from where the server takes them. Immediate the second time.
#   app.sh                  the phone's, into dist/; QUICK=1 app.sh leaves wasm-opt out, while trying things
#   app.sh office           the office's, into dist-office/
#   app.sh conformance      the tests of the store, for a browser, into target/conformance/
set -euo pipefail
# shellcheck source=tests/setup/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/setup/tools.sh
. "$ROOT/tests/setup/tools.sh"
# shellcheck source=tests/setup/browser_target.sh
. "$ROOT/tests/setup/browser_target.sh"

WHAT="${1:-app}"
case "$WHAT" in
app) FEATURES=ui WORK="$TARGET/app" BASE=/app/ SHELL_DIR=shell DIST="$ROOT/mobile-client/dist" RESULT="$DIST/index.html" ;;
office) FEATURES=office WORK="$TARGET/office" BASE=/office/ SHELL_DIR=office DIST="$ROOT/mobile-client/dist-office" RESULT="$DIST/index.html" ;;
conformance) FEATURES=conformance SHELL_DIR=shell WORK="$TARGET/conformance" RESULT="$TARGET/conformance/conformance_bg.wasm" ;;
*) die "say app, office or conformance" ;;
esac

# Everything the result depends on.
sources() {
    find Cargo.toml Cargo.lock openapi/Cargo.toml openapi/src mobile-client/Cargo.toml mobile-client/src \
        "mobile-client/$SHELL_DIR" tests/setup/app.sh tests/setup/app.mjs tests/setup/browser_target.sh \
        tests/foreign/package-lock.json -type f | LC_ALL=C sort
}

# shellcheck disable=SC2046 # no path of ours has a space in it
STAMP="$STAMPS/$WHAT-$(digest $(sources))${QUICK:+-quick}"
if [ -e "$STAMP" ] && [ -e "$RESULT" ]; then
    cat "$STAMP"
    exit 0
fi

need_cargo
need_bindgen
say "compiling the $WHAT for the browser (the first time takes some minutes)"
for_browser build --package mobile-client --bin "$WHAT" --features "$FEATURES" --profile phone
rm -rf "$WORK"
mkdir -p "$WORK"
wasm-bindgen --target web --no-typescript --remove-name-section --out-dir "$WORK" --out-name "$WHAT" "$WASM_OUT/phone/$WHAT.wasm"

if [ "$WHAT" = conformance ]; then
    echo "    the tests of the store are in $WORK" >"$WORK/told"
else
    need_node
    if [ -z "${QUICK:-}" ]; then
        say "making it small"
        # Not -Oz: it makes fewer bytes that compress worse, and what crosses the air is compressed.
        "$BIN/wasm-opt" -O1 "$WORK/${WHAT}_bg.wasm" --output "$WORK/$WHAT.wasm"
    else
        cp "$WORK/${WHAT}_bg.wasm" "$WORK/$WHAT.wasm"
    fi
    node "$ROOT/tests/setup/app.mjs" "$WHAT" "$BASE" "$ROOT/mobile-client/$SHELL_DIR" "$WORK" "$DIST" >"$WORK/told"
fi
rm -f "$STAMPS/$WHAT"-*
cp "$WORK/told" "$STAMP"
cat "$STAMP"
