#!/usr/bin/env bash
# Build, fill an invented commune if there is no data yet, serve it, and say how to sign in.
set -euo pipefail
# shellcheck source=tests/setup/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

PORT="${PORT:-8080}"
DATA="$ROOT/data/dondoc.db"
ADDRESS="http://127.0.0.1:$PORT"
SERVER=""
trap 'stop "$SERVER"' EXIT
trap 'exit 0' INT TERM

need_cargo
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

say "starting on $ADDRESS"
"$DONDOC" serve --listen "127.0.0.1:$PORT" --database "$DATA" &
SERVER=$!
wait_ready "$ADDRESS" "$SERVER" || die "the server did not start; if the port is taken: make run PORT=$((PORT + 1))"
cat <<TEXT

    Đôn Đốc is at       $ADDRESS
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

    Ctrl-C stops it.

TEXT
wait "$SERVER"
