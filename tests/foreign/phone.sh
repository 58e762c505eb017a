#!/usr/bin/env bash
# The app as a phone opens it, in Debian's Chromium, on a server with an invented commune.
# Pictures for people are left in target/screens/.
#   phone.sh [FILE…]      phone.sh tests/foreign/phone/shell.test.mjs    only these
set -euo pipefail
# shellcheck source=tests/setup/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../setup/lib.sh"
# shellcheck source=tests/setup/tools.sh
. "$ROOT/tests/setup/tools.sh"
# shellcheck source=tests/foreign/server.sh
. "$FOREIGN/server.sh"

WORK="$(mktemp -d /tmp/dondoc-phone.XXXXXX)"
trap 'stop_server; rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
need_node
need_chromium
[ "$#" -gt 0 ] || set -- "$FOREIGN"/phone/*.test.mjs
export DONDOC_SCREENS="$TARGET/screens" DONDOC_CONFORMANCE="$TARGET/conformance"
DONDOC_CHROMIUM="$(command -v chromium)"
export DONDOC_CHROMIUM
# For tests that kill a server of their own.
export DONDOC_PROGRAM="$DONDOC"

serve_demo "$WORK/phone.db" "$LOGS/phone-server.log"
export DONDOC_URL="$SERVER_URL"
# One after the other: a second browser would slow the first, and time is measured. The timeout is that of
# a file too.
node --test --test-concurrency=1 --test-timeout=600000 "$@" || {
    say "the server's log is $LOGS/phone-server.log"
    die "the phone"
}
if grep -E "panicked at" "$LOGS/phone-server.log" >&2; then
    die "the server panicked"
fi
