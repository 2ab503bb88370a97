# SPDX-FileCopyrightText: The Herd developers
# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Sourced by resources/herd-up and tests/run, never run: installs what packages.txt names
# and builds a preset. Needs bash and the source tree, no git. `program` is how a script calls
# itself, if not by its file name. Environment:
#   HERD_INSTALL=no         install nothing and do not look for packages (systems without apt)
#   HERD_CONFIGURE="-DX=Y"  further arguments for cmake's configuration, split at blanks

herd_root=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")

# sysexits.h
readonly EX_USAGE=64 EX_UNAVAILABLE=69

# One language and one encoding, whatever the caller's; Qt wants UTF-8.
export LC_ALL=C.UTF-8

# A reader that went away must not keep a script from tidying up.
say() { printf '%s: %s\n' "${program:-${0##*/}}" "$*" 2>/dev/null || true; }

complain() { say "$@" >&2; }

# usage_error MESSAGE: for a wrong command line.
usage_error() {
    complain "$1"
    usage >&2
    exit "$EX_USAGE"
}

# needed_packages [GROUP...]: prints the names in packages.txt, one a line: those for everybody, and
# those that stand behind `GROUP:`.
needed_packages() {
    local group
    local -a wanted=()
    for group; do
        wanted+=(-e "s/^$group://")
    done
    sed -e 's/#.*//' -e 's/[[:space:]]//g' "${wanted[@]}" -e '/:/d' -e '/^$/d' \
        "$herd_root/resources/packages.txt"
}

# missing_packages NAME...: prints those that dpkg does not know as installed.
missing_packages() {
    local installed name
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
    for name; do
        grep -qxF "installed $name" <<<"$installed" || printf '%s\n' "$name"
    done
}

# quietly COMMAND...: shows the command's output only when it fails.
quietly() {
    local output status=0
    output=$("$@" 2>&1 </dev/null) || status=$?
    ((status == 0)) || printf '%s\n' "$output" >&2
    return "$status"
}

# install_packages [GROUP...]: installs what is missing, without a question; silent when nothing is.
install_packages() {
    [[ ${HERD_INSTALL:-} != no ]] || return 0
    local -a needed missing as_root=()
    mapfile -t needed < <(needed_packages "$@")
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        complain "cannot install packages: this system has no apt. Needed, by their Debian names:"
        printf '  %s\n' "${needed[@]}" >&2
        complain "if they are all there, set HERD_INSTALL=no and start again"
        exit "$EX_UNAVAILABLE"
    fi
    mapfile -t missing < <(missing_packages "${needed[@]}")
    ((${#missing[@]} > 0)) || return 0
    if ((EUID != 0)); then
        if ! sudo -n true 2>/dev/null; then
            complain "some packages are missing and may not be installed without a password. Run:"
            printf '  sudo apt-get install --no-install-recommends %s\n' "${missing[*]}" >&2
            exit "$EX_UNAVAILABLE"
        fi
        as_root=(sudo -n)
    fi
    say "installing ${missing[*]}"
    # A list that cannot be refreshed may still be good enough: the installation decides.
    as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
    quietly "${as_root[@]}" update || complain "the package lists could not be refreshed"
    if ! quietly "${as_root[@]}" install -y --no-install-recommends "${missing[@]}"; then
        complain "installing failed, see above"
        exit "$EX_UNAVAILABLE"
    fi
}

# configure PRESET DIRECTORY: when it was never done, the presets or HERD_CONFIGURE changed, or the
# tree was moved. A changed CMakeLists.txt is ninja's matter.
configure() {
    local preset=$1 directory=$2 home="" line=""
    local -a extra=() fresh=()
    read -ra extra <<<"${HERD_CONFIGURE:-}"
    # The two ways to compile less do not go together.
    if command -v ccache >/dev/null; then
        extra=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DHERD_PRECOMPILE_HEADERS=OFF "${extra[@]}")
    else
        extra=(-DCMAKE_CXX_COMPILER_LAUNCHER= -DHERD_PRECOMPILE_HEADERS=ON "${extra[@]}")
    fi
    if [[ -e $directory/CMakeCache.txt ]]; then
        home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$directory/CMakeCache.txt")
        [[ $home == "$herd_root" ]] || fresh=(--fresh)
    fi
    if [[ -e $directory/herd-configured ]]; then
        line=$(<"$directory/herd-configured")
    fi
    if [[ -e $directory/build.ninja && ${#fresh[@]} == 0 && $line == "configured ${extra[*]}" &&
        ! $herd_root/CMakePresets.json -nt $directory/herd-configured ]]; then
        return
    fi
    say "configuring ${directory#"$herd_root"/}"
    (cd -- "$herd_root" && quietly cmake "${fresh[@]}" --preset "$preset" "${extra[@]}")
    printf 'configured %s\n' "${extra[*]}" >"$directory/herd-configured"
}

# build PRESET TARGET...: brings build/PRESET up to date; silent when there is nothing to do.
build() {
    local preset=$1 directory=$herd_root/build/$1 started=$SECONDS
    local -a targets=("${@:2}")
    local -a quiet=()
    [[ -t 1 ]] || quiet=(--quiet)
    mkdir -p -- "$directory"
    # Two scripts at once in one tree take turns.
    exec 9>"$directory/herd-lock"
    flock 9
    configure "$preset" "$directory" 9>&-
    # Ninja first renews its own rules where a CMakeLists.txt changed, then counts the work.
    quietly ninja -C "$directory" build.ninja 9>&-
    if [[ $(ninja -C "$directory" -n "${targets[@]}" 9>&-) != *"no work to do"* ]]; then
        say "building ${directory#"$herd_root"/}"
        ninja -C "$directory" "${quiet[@]}" "${targets[@]}" </dev/null 9>&-
        say "built in $((SECONDS - started)) s"
    fi
    exec 9>&-
}
