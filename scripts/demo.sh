# shellcheck shell=bash
# Runs the main job on this machine with a sample shop and stand-ins for the ERPs.

run_demo() {
    check_demo_options "$@"
    local python sources
    python=$(find_python)
    # The core packages hold the programs alone: no service is set up on this machine.
    need_packages "mariadb-server-core|mariadb-server-core-10.6" \
        "mariadb-client-core|mariadb-client-core-10.6"
    step "Preparing the agent"
    sources=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder of now
    trap "rm -rf '$sources'" EXIT
    copy_sources "$sources/erp-bridge"
    make_venv "$python" "$CACHE/demo-venv" "$sources/erp-bridge"
    rm -rf "$sources"
    step "Demo"
    exec "$CACHE/demo-venv/bin/python" -P -m agent.demo "$@"
}

# Wrong options are told before anything is installed.
check_demo_options() {
    while [ $# -gt 0 ]; do
        case $1 in
            --keep) ;;
            --erp | --products | --schema)
                [ $# -ge 2 ] || wrong_usage "$1 needs a value."
                shift
                ;;
            -h | --help)
                usage
                exit 0
                ;;
            *) wrong_usage "There is no option '$1' of demo." ;;
        esac
        shift
    done
}
