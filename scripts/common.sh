# shellcheck shell=bash
# What all commands of install.sh share.

# shellcheck disable=SC2034 # used by the commands
CACHE=${ERP_BRIDGE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/erp-bridge}

say() { printf '%s\n' "$*" >&2; }
step() { printf '\n== %s\n' "$*" >&2; }

die() {
    printf 'install.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

wrong_usage() {
    usage >&2
    printf '\n' >&2
    die "$1" 2
}

# Runs a command as root, by sudo where this is not root already.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# Prints the first Python that is new enough; FIRST_PYTHON may name one to be tried first. A machine
# without any gets the system's own.
find_python() {
    if ! known_python; then
        if ! command -v python3 > /dev/null && command -v apt-get > /dev/null; then
            need_packages python3
        fi
        known_python ||
            die "Python 3.11 or newer is needed (Debian 12, Ubuntu 24.04 or newer have it)."
    fi
}

known_python() {
    local name
    for name in ${FIRST_PYTHON:+"$FIRST_PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$name" > /dev/null &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

is_installed() {
    dpkg-query -W -f '${Status}' "$1" 2> /dev/null | grep -q 'install ok installed'
}

# Prints the first of the packages "a|b|c" that apt knows.
first_known() {
    local name
    for name in ${1//|/ }; do
        if apt-cache show "$name" > /dev/null 2>&1; then
            printf '%s\n' "$name"
            return
        fi
    done
    return 1
}

apt_updated=
# Installs Debian packages that are missing; a name with | is a choice, first found wins.
need_packages() {
    local missing=() names=() choice name found
    for choice in "$@"; do
        found=
        for name in ${choice//|/ }; do
            if is_installed "$name"; then
                found=1
                break
            fi
        done
        [ -n "$found" ] || missing+=("$choice")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get > /dev/null ||
        die "These are missing, and this is no Debian or Ubuntu to install them: ${missing[*]}"
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo > /dev/null; then
        die "These packages are missing: ${missing[*]%%|*}. Install them as root: apt-get install ${missing[*]%%|*}"
    fi
    if [ -z "$apt_updated" ]; then
        say "Asking the package archive what it has"
        as_root apt-get update -qq > /dev/null ||
            say "The package lists could not be refreshed; going on with those that are here."
        apt_updated=1
    fi
    for choice in "${missing[@]}"; do
        name=$(first_known "$choice") || die "The package archive has no ${choice//|/ or }."
        names+=("$name")
    done
    say "Installing ${names[*]}"
    apt_install "${names[@]}"
}

# Is quiet unless it fails: then it shows what apt said. Never takes a package away: another database
# server, which the shop may live on, conflicts with MariaDB's.
apt_install() {
    local log
    log=$(mktemp)
    if ! as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get install -y -q --no-remove \
        -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 --no-install-recommends "$@" \
        > "$log" 2>&1; then
        tail -n 25 "$log" >&2
        if grep -q 'remove is disabled' "$log"; then
            rm -f "$log"
            refuse_removal "$@"
        fi
        rm -f "$log"
        die "These packages could not be installed; apt's last words are above: $*"
    fi
    rm -f "$log"
}

# Says why nothing was installed: refuse_removal PACKAGE...
refuse_removal() {
    case " $* " in
        *" mariadb-"*)
            die "Another MySQL or MariaDB server is installed here, and apt would remove it (see above) to install $*. Nothing was changed. Use another machine or a container, or remove that server yourself if nothing needs it, and run this again."
            ;;
        *)
            die "To install $*, apt would remove packages that are installed here (see above). Nothing was changed. Use another machine or a container, or install them yourself, and run this again."
            ;;
    esac
}

# Makes or refreshes a virtual environment: make_venv PYTHON DIR REQUIREMENT...
make_venv() {
    local python=$1 dir=$2
    shift 2
    if ! "$python" -c 'import ensurepip, venv' 2> /dev/null; then
        need_packages python3-venv
    fi
    # One that was broken off, or whose Python is gone, is made anew.
    if ! "$dir/bin/python" -c 'import pip' 2> /dev/null; then
        rm -rf "$dir"
        mkdir -p "$(dirname "$dir")"
        "$python" -m venv "$dir" || die "No virtual environment could be made in $dir with $python."
    fi
    say "Getting the Python packages (a minute or two the first time)"
    "$dir/bin/python" -m pip install --quiet --disable-pip-version-check \
        --root-user-action=ignore "$@" ||
        die "The Python packages could not be installed; see pip's message above."
}

# Copies what the program is built from, so that a build leaves nothing in the checkout, which may
# belong to somebody else: copy_sources DIR
copy_sources() {
    mkdir -p "$1"
    cp -R "$ROOT/pyproject.toml" "$ROOT/README.md" "$ROOT/agent" "$1/"
    find "$1" -name __pycache__ -prune -exec rm -rf {} +
}

# Builds the OpenCart extension into a folder and prints the file's path: build_package DIR
build_package() {
    local python
    python=$(find_python)
    "$python" -B "$ROOT/opencart_extension/build.py" --output "$1"
}

ask() {
    [ -z "${assume_yes:-}" ] || return 0
    [ -t 0 ] || die "$1 Answer with --yes when nobody can be asked." 2
    local answer
    read -r -p "$1 [y/N] " answer
    case $answer in y | Y | yes | Yes) ;; *) die "Nothing was changed." ;; esac
}
