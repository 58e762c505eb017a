#!/usr/bin/env bash
# Both documents against three tools of others. Any finding of any severity fails.
#   check_document.sh [DOCUMENT…]      default: the committed ones
set -euo pipefail
# shellcheck source=tests/setup/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../setup/lib.sh"
# shellcheck source=tests/setup/tools.sh
. "$ROOT/tests/setup/tools.sh"
need_python
need_node
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

[ "$#" -gt 0 ] || set -- "$ROOT/openapi/openapi.json" "$ROOT/openapi/openapi-3.0.json"
# The rulesets and the configuration are found from there.
cd "$FOREIGN"
for document in "$@"; do
    [ -e "$document" ] || die "$document is missing; cargo run -p openapi writes it"
    name="$(basename "$document")"
    say "openapi-spec-validator $name"
    "$VENV/bin/openapi-spec-validator" "$document"
    say "redocly $name"
    quietly "redocly-$name" "$BIN/redocly" lint --config redocly.yaml --max-problems 300 "$document" ||
        die "redocly has findings in $name"
    # Redocly's warnings do not set its exit code.
    if grep -E '[1-9][0-9]* warning' "$LOGS/redocly-$name.log"; then
        cat "$LOGS/redocly-$name.log" >&2
        die "redocly has warnings in $name"
    fi
    say "spectral $name (OpenAPI and OWASP API Top 10)"
    "$BIN/spectral" lint --ruleset .spectral.yaml --fail-severity hint --display-only-failures "$document" ||
        die "spectral has findings in $name"
done
