#!/usr/bin/env bash
# What one server does with a million assignments, on both engines, as ratios to an endpoint that does
# nothing and to the bare statements (tests/bench/). Shorter: ROWS=10000 ENGINES=sqlite SECONDS_EACH=1.
set -euo pipefail
# shellcheck source=tests/setup/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/setup/postgres.sh
. "$ROOT/tests/setup/postgres.sh"

trap stop_postgres EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

need_cargo
export ENGINES="${ENGINES:-sqlite postgres}"
case "$ENGINES" in *postgres*) start_postgres ;; esac
say "building"
cargo bench --locked --package tests --bench figures --no-run
cargo bench --locked --quiet --package tests --bench figures
