# SPDX-FileCopyrightText: The Herd developers
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Sourced by smoke and run: one server at a time, in server_pid and server_port. server_prefix, an
# array, may hold what its command begins with (taskset -c 0).

server_pid=
server_port=
server_peer=
server_prefix=()
console_prefix=()
server_admin=
server_output=
console=
console_pid=

# start_server WORK COMMAND...: returns when the server has printed its ready line.
start_server() {
    local work=$1 line
    shift
    rm -f "$work/ready"
    mkfifo "$work/ready"
    "${server_prefix[@]}" "$@" >"$work/ready" 2>>"$work/server.stderr" &
    server_pid=$!
    line=
    # The descriptor stays open, so that the server's stdout stays a pipe with a reader.
    exec {server_output}<"$work/ready"
    read -r -t 20 -u "$server_output" line || true
    server_port=$(sed -n 's/^ready .*client=\([0-9]*\).*/\1/p' <<<"$line")
    server_peer=$(sed -n 's/^ready .*peer=\([0-9]*\).*/\1/p' <<<"$line")
    server_admin=$(sed -n 's/^ready .*admin=\([0-9]*\).*/\1/p' <<<"$line")
    if [[ -z $server_port ]]; then
        echo "not ready: $*" >&2
        tail -5 "$work/server.stderr" >&2
        return 1
    fi
}

stop_server() {
    if [[ -n $server_pid ]]; then
        kill "$server_pid" 2>/dev/null || true
        wait "$server_pid" 2>/dev/null || true
        exec {server_output}<&-
        server_pid=
    fi
}

# start_console: one console of the server that runs, which follows everything and throws it away.
# console_prefix, an array, may hold what its command begins with.
start_console() {
    exec {console}<>"/dev/tcp/127.0.0.1/$server_admin"
    printf '%s\n' '{"kind":"stamps"}' '{"kind":"status","every_ms":1000}' '{"kind":"log"}' \
        >&"$console"
    "${console_prefix[@]}" cat <&"$console" >/dev/null &
    console_pid=$!
}

stop_console() {
    if [[ -n $console_pid ]]; then
        kill "$console_pid" 2>/dev/null || true
        wait "$console_pid" 2>/dev/null || true
        exec {console}>&-
        console_pid=
    fi
}

# start_bare PROGRAM WORK
start_bare() {
    start_server "$2" "$1" --name Bench
}

# start_herd PROGRAM WORK [TOML...]: a herd of one with an empty table; further arguments are lines
# of its configuration.
start_herd() {
    local program=$1 work=$2
    shift 2
    rm -rf "$work/data"
    {
        printf '%s\n' 'herd = "bench"' 'links = []' '[node.Bench]' 'host = "127.0.0.1"' \
            'client = 0' 'peer = 0' 'admin = 0'
        printf '%s\n' "$@"
    } >"$work/herd.toml"
    start_server "$work" "$program" --name Bench --config "$work/herd.toml" --data "$work/data"
}

# start_redis WORK APPENDONLY: an empty Redis without snapshots; APPENDONLY yes or no.
start_redis() {
    local work=$1 tries
    rm -rf "$work/redis"
    mkdir "$work/redis"
    exec {server_output}</dev/null
    server_pid=
    for ((tries = 0; tries < 20; ++tries)); do
        server_port=$((20000 + RANDOM % 10000))
        "${server_prefix[@]}" redis-server --bind 127.0.0.1 --port "$server_port" --save '' \
            --dir "$work/redis" --appendonly "$2" --appendfsync everysec --maxclients 20000 \
            --tcp-backlog 4096 >/dev/null 2>>"$work/server.stderr" &
        server_pid=$!
        # One that another program took ends Redis at once.
        while kill -0 "$server_pid" 2>/dev/null; do
            if (: <>"/dev/tcp/127.0.0.1/$server_port") 2>/dev/null; then
                return
            fi
            sleep 0.05
        done
    done
    echo "not ready: redis-server" >&2
    return 1
}
