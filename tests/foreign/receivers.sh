#!/usr/bin/env bash
# What the server sends out, received and judged by libraries of others, and what they write, read by the server:
# every script in receivers/, one after the other, each with a fresh invented commune. A script finds in its environment
#   DONDOC_URL, DONDOC_PASSWORD   the server, and everybody's password
#   DONDOC_CERTIFICATES           a folder with trusted.pem (the server trusts it) and unknown.pem (it does not)
# and may listen on 127.0.0.1 or localhost, which the server is allowed to reach.
#   receivers.sh [NAME…]          receivers.sh webhooks    only that one
set -euo pipefail
# shellcheck source=tests/setup/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../setup/lib.sh"
# shellcheck source=tests/setup/tools.sh
. "$ROOT/tests/setup/tools.sh"
# shellcheck source=tests/foreign/server.sh
. "$FOREIGN/server.sh"

WORK="$(mktemp -d /tmp/dondoc-receivers.XXXXXX)"
trap 'stop_server; rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
need_python
need_chromium

[ "$#" -gt 0 ] || for script in "$FOREIGN"/receivers/*.py; do set -- "$@" "$(basename "$script" .py)"; done
"$VENV/bin/python" "$FOREIGN/certificates.py" "$WORK"
export DONDOC_CERTIFICATES="$WORK"
export SSL_CERT_FILE="$WORK/trusted-ca.pem" DONDOC_OUTGOING_ALLOW_HOSTS="127.0.0.1,localhost"
for name in "$@"; do
    say "receiver: $name"
    serve_demo "$WORK/$name.db" "$LOGS/receiver-$name.log"
    export DONDOC_URL="$SERVER_URL"
    # The scripts themselves trust whom the machine trusts.
    env -u SSL_CERT_FILE timeout 300 "$VENV/bin/python" "$FOREIGN/receivers/$name.py" "$SERVER_URL" || {
        say "the server said:"
        tail -20 "$LOGS/receiver-$name.log" >&2
        die "the receiver $name"
    }
    stop_server
done
