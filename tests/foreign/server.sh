# A server with a fresh invented commune, for tools of others. To be sourced after setup/lib.sh.
# shellcheck shell=bash

DONDOC="${DONDOC_BINARY:-$TARGET/debug/dondoc}"
SERVER_PID=""
SERVER_URL=""

# serve_demo DATABASE LOG: sets SERVER_URL and SERVER_PID.
serve_demo() {
    local port
    [ -x "$DONDOC" ] || die "$DONDOC is missing; cargo build -p api makes it"
    "$DONDOC" demo --database "$1" >"$2" 2>&1 </dev/null || {
        cat "$2" >&2
        die "the invented commune could not be written"
    }
    port="$(free_port)"
    # The allowance is lifted: these tools ask thousands of times a minute.
    DONDOC_RATE_LIMIT_PER_MINUTE=1000000 "$DONDOC" serve --listen "127.0.0.1:$port" --database "$1" >>"$2" 2>&1 </dev/null &
    SERVER_PID=$!
    SERVER_URL="http://127.0.0.1:$port"
    wait_ready "$SERVER_URL" "$SERVER_PID" || {
        cat "$2" >&2
        die "the server did not become ready"
    }
}

stop_server() {
    stop "$SERVER_PID"
    SERVER_PID=""
}
