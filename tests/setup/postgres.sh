# A PostgreSQL of our own for the length of one run: in a new directory, on a free port, as an ordinary user.
# Invariant: no server that was there before is ever touched.
# shellcheck shell=bash

POSTGRES_HOME=""
POSTGRES_USER=()

postgres_bin() {
    local dir
    for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) "$(pg_config --bindir 2>/dev/null || true)" \
        "$(dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)")"; do
        if [ -x "$dir/initdb" ] && [ -x "$dir/pg_ctl" ] && [ -x "$dir/postgres" ]; then
            printf '%s\n' "$dir"
            return 0
        fi
    done
    return 1
}

need_postgres() {
    postgres_bin >/dev/null || packages postgresql postgresql-contrib || true
    postgres_bin >/dev/null || die "the PostgreSQL server is missing (Debian: apt-get install postgresql)"
}

# Starts it and exports DONDOC_TEST_POSTGRES. Does nothing if that is set already: then the caller has one.
start_postgres() {
    if [ -n "${DONDOC_TEST_POSTGRES:-}" ]; then
        return
    fi
    need_postgres
    local bin port
    bin="$(postgres_bin)"
    port="$(free_port)"
    POSTGRES_HOME="$(mktemp -d /tmp/dondoc-pg.XXXXXX)"
    if [ "$(id -u)" = 0 ]; then
        # PostgreSQL refuses to run as root.
        local user=postgres
        id -u postgres >/dev/null 2>&1 || user=nobody
        chown "$user" "$POSTGRES_HOME"
        POSTGRES_USER=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups env "HOME=$POSTGRES_HOME")
    fi
    say "starting a throw-away PostgreSQL on port $port ($("$bin/postgres" --version | cut -d' ' -f3))"
    (
        cd "$POSTGRES_HOME"
        quietly initdb "${POSTGRES_USER[@]}" "$bin/initdb" --pgdata="$POSTGRES_HOME/data" --username=dondoc --auth=trust \
            --locale=C --encoding=UTF8 --no-sync &&
            quietly pg_ctl "${POSTGRES_USER[@]}" "$bin/pg_ctl" --pgdata="$POSTGRES_HOME/data" --log="$POSTGRES_HOME/log" \
                --wait --timeout=60 start --options="-c listen_addresses=127.0.0.1 -c port=$port \
                -c unix_socket_directories=$POSTGRES_HOME -c max_connections=200 -c fsync=on"
    ) || {
        cat "$POSTGRES_HOME/log" >&2 2>/dev/null || true
        die "the throw-away PostgreSQL did not start"
    }
    export DONDOC_TEST_POSTGRES="postgres://dondoc@127.0.0.1:$port/postgres"
}

stop_postgres() {
    if [ -n "$POSTGRES_HOME" ]; then
        "${POSTGRES_USER[@]}" "$(postgres_bin)/pg_ctl" --pgdata="$POSTGRES_HOME/data" --mode=immediate stop >/dev/null 2>&1 || true
        rm -rf "$POSTGRES_HOME"
        POSTGRES_HOME=""
    fi
}

# new_database NAME: an empty database in that server; prints its address.
new_database() {
    PGOPTIONS="--client-min-messages=warning" "$(postgres_bin)/psql" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 "$DONDOC_TEST_POSTGRES" \
        -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1" >/dev/null
    printf '%s/%s\n' "${DONDOC_TEST_POSTGRES%/*}" "$1"
}
