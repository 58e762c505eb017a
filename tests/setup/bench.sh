#!/usr/bin/env bash
# Requests per second on both engines. Seconds differ between machines, so each number also stands
# as a share of /healthz, which does nothing, measured in the same run on the same server.
set -euo pipefail
# shellcheck source=tests/setup/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/setup/tools.sh
. "$ROOT/tests/setup/tools.sh"
# shellcheck source=tests/setup/postgres.sh
. "$ROOT/tests/setup/postgres.sh"

SECONDS_EACH="${DONDOC_BENCH_SECONDS:-5}"
PATHS=(/v1/me "/v1/assignments?limit=50" /v1/overdue)
WORK="$(mktemp -d /tmp/dondoc-bench.XXXXXX)"
SERVER_PID=""
trap 'stop "$SERVER_PID"; stop_postgres; rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

need_cargo
have wrk || packages wrk || die "wrk is missing (Debian: apt-get install wrk)"
have python3 || die "python3 is missing"
start_postgres
say "building"
cargo build --release --locked --package api
export DONDOC_BINARY="$TARGET/release/dondoc"
# shellcheck source=tests/foreign/server.sh
. "$FOREIGN/server.sh"

rate() { wrk -t1 -c8 -d"${SECONDS_EACH}s" "$@" | sed -n 's/^Requests\/sec: *//p'; }

for engine in sqlite postgres; do
    case "$engine" in
    sqlite) database="$WORK/bench.db" ;;
    postgres) database="$(new_database bench)" ;;
    esac
    serve_demo "$database" "$LOGS/bench-$engine.log"
    token="$(python3 -c 'import json, sys, urllib.request
request = urllib.request.Request(sys.argv[1] + "/v1/sessions", json.dumps({"login": "van.phong", "password": sys.argv[2], "device_name": "bench"}).encode(), {"Content-Type": "application/json"})
print(json.load(urllib.request.urlopen(request))["access_token"])' "$SERVER_URL" "$DONDOC_PASSWORD")"
    idle="$(rate "$SERVER_URL/healthz")"
    printf '%-9s %-28s %10.0f/s\n' "$engine" /healthz "$idle"
    for path in "${PATHS[@]}"; do
        found="$(rate -H "Authorization: Bearer $token" "$SERVER_URL$path")"
        printf '%-9s %-28s %10.0f/s  %5.1f %%\n' "$engine" "$path" "$found" \
            "$(awk -v a="$found" -v b="$idle" 'BEGIN { print 100 * a / b }')"
    done
    stop_server
done
