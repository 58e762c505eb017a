#!/usr/bin/env bash
# Build, fill an invented commune if there is no data yet, serve it, and say how to sign in.
# It answers in the whole local network, so that a phone can try it; LAN=no keeps it to this machine.
set -euo pipefail
# shellcheck source=tests/setup/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

PORT="${PORT:-8080}"
DATA="$ROOT/data/dondoc.db"
ADDRESS="http://127.0.0.1:$PORT"
HEAD=truong.thon.1
SERVER=""
trap 'stop "$SERVER"' EXIT
trap 'exit 0' INT TERM

# The address under which others in the network know this machine; nothing is sent to find it.
lan_address() {
    python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(("192.0.2.1", 9))
print(s.getsockname()[0])' 2>/dev/null
}

need_cargo
for app in app office; do
    bash "$ROOT/tests/setup/app.sh" "$app" || say "the $app could not be built; going on without it"
done
say "building (the first time takes some minutes)"
cargo build --release --locked --package api
DONDOC="$TARGET/release/dondoc"

if [ ! -e "$DATA" ]; then
    say "filling data/dondoc.db with an invented commune"
    mkdir -p "$ROOT/data"
    "$DONDOC" demo --database "$DATA" || {
        rm -f "$DATA" "$DATA-wal" "$DATA-shm"
        die "the invented commune could not be written"
    }
fi

LISTEN=127.0.0.1
NAME=127.0.0.1
if [ "${LAN:-yes}" = yes ]; then
    LISTEN=0.0.0.0
    NAME="$(lan_address || echo 127.0.0.1)"
fi
PHONE_URL="http://$NAME:$PORT"

say "starting on $ADDRESS"
"$DONDOC" serve --listen "$LISTEN:$PORT" --public-url "$PHONE_URL" --database "$DATA" &
SERVER=$!
wait_ready "$ADDRESS" "$SERVER" || die "the server did not start; if the port is taken: make run PORT=$((PORT + 1))"
cat <<TEXT

    Đôn Đốc is at       $ADDRESS
    For the office      $ADDRESS/office/
    Its documentation   $ADDRESS/docs
    All data            data/dondoc.db (delete it to start over)

    Sign in with password $DONDOC_PASSWORD as one of
      quan.tri        administrator        van.phong       office clerk
      thuong.truc     leader               uy.vien         overseer
      kiem.tra        inspector            truong.thon.1   truong.thon.2   village heads

    Try it:
      curl -s $ADDRESS/v1/sessions -H 'Content-Type: application/json' \\
        -d '{"login":"van.phong","password":"$DONDOC_PASSWORD","device_name":"curl"}'
      curl -s $ADDRESS/v1/overdue -H "Authorization: Bearer ACCESS_TOKEN"

    On a phone in the same network, as the village head $HEAD (he sets a new password):
TEXT
"$DONDOC" invite --user-name "$HEAD" --qr --public-url "$PHONE_URL" --database "$DATA" ||
    say "no link could be made for $HEAD; delete data/dondoc.db to start over"
if [ "$LISTEN" = 0.0.0.0 ]; then
    say "whoever is in your network can reach it under $PHONE_URL; LAN=no make run keeps it to this machine"
fi
say "without HTTPS a phone opens the app only while it reaches this machine; behind HTTPS it also opens without signal"
say "Ctrl-C stops it"
wait "$SERVER"
