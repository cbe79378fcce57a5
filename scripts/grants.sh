# shellcheck shell=bash
# Prints the statements that give the agent's MySQL user its rights. Changes nothing in MySQL and keeps
# nothing of the program; python3 and python3-venv are installed where Debian or Ubuntu lack them.

# shellcheck source=scripts/install.sh
. "$ROOT/scripts/install.sh"

run_grants() {
    read_grants_options "$@"
    local python work
    python=$(find_python)
    work=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder of now
    trap "rm -rf '$work'" EXIT
    copy_sources "$work/erp-bridge"
    make_venv "$python" "$work/venv" "$work/erp-bridge" >&2
    "$work/venv/bin/python" -P -m agent.setup grants "${setup[@]}"
}

# Sets setup, the flags that go on to the Python part.
read_grants_options() {
    opencart='' setup=()
    while [ $# -gt 0 ]; do
        case $1 in
            -h | --help)
                usage
                exit 0
                ;;
            --opencart | --user | --host)
                [ $# -ge 2 ] || wrong_usage "$1 needs a value."
                [ -n "$2" ] || wrong_usage "$1 needs a value."
                if [ "$1" = --opencart ]; then
                    opencart=$2
                else
                    setup+=("$1" "$2")
                fi
                shift
                ;;
            *) wrong_usage "There is no option '$1' of grants." ;;
        esac
        shift
    done
    [ -n "$opencart" ] || wrong_usage "Give the shop's folder with --opencart."
    name_opencart
}
