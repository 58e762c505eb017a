#!/usr/bin/env bash
# The office's app as a clerk opens it, in Debian's Chromium, on a server with an invented commune.
# Pictures for people are left in target/screens/.
#   office.sh [FILE…]      office.sh tests/foreign/office/journey.test.mjs    only these
set -euo pipefail
# shellcheck source=tests/setup/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../setup/lib.sh"
# shellcheck source=tests/setup/tools.sh
. "$ROOT/tests/setup/tools.sh"
# shellcheck source=tests/foreign/server.sh
. "$FOREIGN/server.sh"

WORK="$(mktemp -d /tmp/dondoc-office.XXXXXX)"
trap 'stop_server; rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
need_node
need_chromium
[ "$#" -gt 0 ] || set -- "$FOREIGN"/office/*.test.mjs
export DONDOC_SCREENS="$TARGET/screens"
DONDOC_CHROMIUM="$(command -v chromium)"
export DONDOC_CHROMIUM
# For tests that kill a server of their own.
export DONDOC_PROGRAM="$DONDOC"

serve_demo "$WORK/office.db" "$LOGS/office-server.log"
export DONDOC_URL="$SERVER_URL"
node --test --test-concurrency=1 --test-timeout=300000 "$@" || {
    say "the server's log is $LOGS/office-server.log"
    die "the office"
}
if grep -E "panicked at" "$LOGS/office-server.log" >&2; then
    die "the server panicked"
fi
