# shellcheck shell=bash
# What all commands of install.sh share.

# shellcheck disable=SC2034 # used by the commands
CACHE=${ERP_BRIDGE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/erp-bridge}

say() { printf '%s\n' "$*" >&2; }
step() { printf '\n== %s\n' "$*" >&2; }

die() {
    printf 'install.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

# Runs a command as root, by sudo where this is not root already.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo > /dev/null; then
        sudo "$@"
    else
        die "'$*' needs root: run install.sh as root, or install sudo."
    fi
}

# Prints the first Python that is new enough.
find_python() {
    local name
    for name in python3 python3.13 python3.12 python3.11; do
        if command -v "$name" > /dev/null &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
            command -v "$name"
            return
        fi
    done
    die "Python 3.11 or newer is needed (Debian 12, Ubuntu 24.04 or newer have it)."
}

apt_updated=
# Installs Debian packages that are missing; a name with | is a choice, first found wins.
need_packages() {
    local missing=() choice name
    for choice in "$@"; do
        local found=
        for name in ${choice//|/ }; do
            if dpkg-query -W -f '${Status}' "$name" 2> /dev/null | grep -q 'install ok installed'; then
                found=1
                break
            fi
        done
        [ -n "$found" ] || missing+=("$choice")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get > /dev/null ||
        die "These packages are missing and this is no Debian or Ubuntu: ${missing[*]}"
    if [ -z "$apt_updated" ]; then
        as_root apt-get update -qq
        apt_updated=1
    fi
    local names=()
    for choice in "${missing[@]}"; do
        for name in ${choice//|/ }; do
            if apt-cache show "$name" > /dev/null 2>&1; then
                names+=("$name")
                break
            fi
        done
    done
    say "Installing ${names[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${names[@]}" > /dev/null
}

# Makes or refreshes a virtual environment: make_venv DIR REQUIREMENT...
make_venv() {
    local dir=$1 python
    shift
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2> /dev/null; then
        need_packages python3-venv
    fi
    if ! [ -x "$dir/bin/python" ] || ! "$dir/bin/python" -c 'import sys' 2> /dev/null; then
        rm -rf "$dir"
        mkdir -p "$(dirname "$dir")"
        "$python" -m venv "$dir"
    fi
    "$dir/bin/python" -m pip install --quiet --disable-pip-version-check "$@" ||
        die "The Python packages could not be installed; see pip's message above."
}

ask() {
    [ -z "${assume_yes:-}" ] || return 0
    [ -t 0 ] || die "$1 Answer with --yes when nobody can be asked." 2
    local answer
    read -r -p "$1 [y/N] " answer
    case $answer in y | Y | yes | Yes) ;; *) die "Nothing was changed." ;; esac
}
