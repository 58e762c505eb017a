#!/usr/bin/env bash
# Everything that must hold before a change is taken, in the order in which it fails soonest.
# Without words: all steps. With words: only those, in the same order.
set -euo pipefail
# shellcheck source=tests/setup/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/setup/tools.sh
. "$ROOT/tests/setup/tools.sh"
# shellcheck source=tests/setup/postgres.sh
. "$ROOT/tests/setup/postgres.sh"

STEPS=(tools fmt clippy doc contract document wasm app stories doctests phone office python typescript receivers fuzz deny)
ONLY=("$@")
STEP=""
TIMES=""

finish() {
    local code=$?
    trap - EXIT
    stop_postgres
    [ -z "$TIMES" ] || say "seconds: $TIMES"
    if [ "$code" = 0 ]; then
        say "all is well"
    elif [ -n "$STEP" ]; then
        printf '==> FAILED in step «%s». Only this step again: make test ONLY=%s\n' "$STEP" "$STEP" >&2
    fi
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

wanted() {
    local name
    [ "${#ONLY[@]}" -gt 0 ] || return 0
    for name in "${ONLY[@]}"; do
        [ "$name" != "$1" ] || return 0
    done
    return 1
}

server() { cargo build --locked --package api; }

# Each step is a function; its comment is what it promises.

# Whatever comes later has its tools, and does not stop half-way to fetch them.
step_tools() {
    need_cargo
    need_python
    need_node
    need_bindgen
    need_chromium
    need_postgres
}

step_fmt() { cargo fmt --all --check; }

step_clippy() { cargo clippy --workspace --all-targets --locked -- --deny warnings; }

step_doc() { RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --locked --quiet; }

# The committed documents are what the code says.
step_contract() { cargo run --quiet --locked --package openapi -- --check; }

# The documents are clean under rulesets that nobody here wrote.
step_document() { bash "$FOREIGN/check_document.sh"; }

# The phone's crates build for the browser, and nothing of the server came along.
step_wasm() { bash "$ROOT/tests/setup/wasm.sh"; }

# The apps are built, and the phone's is small enough for a weak signal.
step_app() {
    bash "$ROOT/tests/setup/app.sh"
    bash "$ROOT/tests/setup/app.sh" office
}

# Every rule and every story, on both engines.
step_stories() {
    start_postgres
    # Some stories are told of the program itself, as a process of its own.
    server
    if have cargo-nextest; then
        cargo nextest run --workspace --locked
    else
        say "cargo-nextest is missing; using cargo test"
        cargo test --workspace --locked --lib --bins --tests
    fi
}

# nextest does not run the examples in the documentation.
step_doctests() { cargo test --workspace --doc --locked --quiet; }

# The app works in a browser on a phone's screen, with signal and without.
step_phone() {
    bash "$ROOT/tests/setup/app.sh"
    bash "$ROOT/tests/setup/app.sh" conformance
    server
    bash "$FOREIGN/phone.sh"
}

# The office's app works in a wide window and from the keyboard.
step_office() {
    bash "$ROOT/tests/setup/app.sh" office
    server
    bash "$FOREIGN/office.sh"
}

# Behaviour equals contract on both engines, for every role.
step_fuzz() {
    server
    start_postgres
    bash "$FOREIGN/fuzz.sh"
}

step_python() {
    server
    bash "$FOREIGN/journeys.sh" python
}

step_typescript() {
    server
    bash "$FOREIGN/journeys.sh" typescript
}

# What the server sends out is what libraries of others take.
step_receivers() {
    server
    bash "$FOREIGN/receivers.sh"
}

# Licences and sources of all crates. Last, because its tool is compiled the first time.
step_deny() {
    need_deny
    cargo deny --locked --config "$ROOT/tests/setup/deny.toml" check --hide-inclusion-graph bans licenses sources
}

for name in "${ONLY[@]}"; do
    case " ${STEPS[*]} " in
    *" $name "*) ;;
    *) die "there is no step «$name»; there are: ${STEPS[*]}" ;;
    esac
done
for STEP in "${STEPS[@]}"; do
    wanted "$STEP" || continue
    say "$STEP"
    began=$SECONDS
    # Not as a condition: there bash would forget to stop at the first failing command.
    "step_$STEP" </dev/null
    TIMES="$TIMES $STEP $((SECONDS - began))"
done
