#!/usr/bin/env bash
# Schemathesis, all phases and all checks, as every role, on both engines; the two engines at the same time.
# Each role gets a fresh invented commune, so that what one destroys does not hide what another would find.
#   fuzz.sh [ROLE…]      DONDOC_FUZZ_EXAMPLES=200 fuzz.sh van.phong    looks longer
set -euo pipefail
# shellcheck source=tests/setup/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../setup/lib.sh"
# shellcheck source=tests/setup/tools.sh
. "$ROOT/tests/setup/tools.sh"
# shellcheck source=tests/setup/postgres.sh
. "$ROOT/tests/setup/postgres.sh"
# shellcheck source=tests/foreign/server.sh
. "$FOREIGN/server.sh"

ROLES=("$@")
[ "${#ROLES[@]}" -gt 0 ] || ROLES=(van.phong truong.thon.1 thuong.truc uy.vien kiem.tra quan.tri)
export SCHEMATHESIS_HOOKS="$FOREIGN/fuzz_hooks.py"
EXAMPLES="${DONDOC_FUZZ_EXAMPLES:-10}"
# Longer than this for one role is a fault by itself; normal is about one minute.
LIMIT="${DONDOC_FUZZ_SECONDS:-400}"
WORK="$(mktemp -d /tmp/dondoc-fuzz.XXXXXX)"
PIDS=()

clean() {
    local pid
    for pid in "${PIDS[@]}"; do stop "$pid"; done
    stop_postgres
    rm -rf "$WORK"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# fuzz_engine ENGINE: all roles one after the other. Runs in a process of its own.
fuzz_engine() {
    local engine="$1" role database log began
    trap 'stop_server' EXIT
    trap 'exit 143' TERM
    for role in "${ROLES[@]}"; do
        log="$LOGS/fuzz-$engine-$role.log"
        began=$SECONDS
        case "$engine" in
        sqlite) database="$WORK/$role.db" ;;
        postgres) database="$(new_database "fuzz_${role//./_}")" ;;
        esac
        serve_demo "$database" "$LOGS/fuzz-$engine-$role-server.log"
        if ! (cd "$WORK" && DONDOC_LOGIN="$role" timeout "$LIMIT" "$VENV/bin/schemathesis" \
            --config-file "$FOREIGN/schemathesis.toml" run "$SERVER_URL/openapi.json" --url "$SERVER_URL" \
            --max-examples "$EXAMPLES") >"$log" 2>&1 </dev/null; then
            sed -n '/FAILURES\|ERRORS/,$p' "$log" | grep . >&2 || cat "$log" >&2
            say "$engine as $role: the whole log is in $log, the server's beside it" >&2
            return 1
        fi
        # A server that died and came back, or panicked and went on, has not passed.
        if grep -E "panicked at" "$LOGS/fuzz-$engine-$role-server.log" >&2; then
            return 1
        fi
        stop_server
        say "$engine as $role: $(grep -E '^ *[0-9]+ generated' "$log" | tr -s ' ') in $((SECONDS - began)) s"
    done
}

need_python
start_postgres
say "schemathesis: ${#ROLES[@]} roles on SQLite and PostgreSQL"
fuzz_engine sqlite &
PIDS+=($!)
fuzz_engine postgres &
PIDS+=($!)
failed=""
for pid in "${PIDS[@]}"; do wait "$pid" || failed=yes; done
PIDS=()
[ -z "$failed" ] || die "schemathesis found what the document does not say"
