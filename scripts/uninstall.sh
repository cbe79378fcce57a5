# shellcheck shell=bash
# Takes the agent off this machine again. Its tables in the shop's database always stay.

# shellcheck source=scripts/install.sh
. "$ROOT/scripts/install.sh"

run_uninstall() {
    local prefix='' opencart='' purge=''
    export assume_yes=
    local setup=()
    while [ $# -gt 0 ]; do
        case $1 in
            --yes) assume_yes=1 ;;
            --purge) purge=1 ;;
            --prefix | --opencart | --db-admin-user | --db-admin-password-file)
                [ $# -ge 2 ] || die "$1 needs a value." 2
                case $1 in
                    --prefix) prefix=$2 ;;
                    --opencart) opencart=$2 ;;
                    *) setup+=("$1" "$2") ;;
                esac
                shift
                ;;
            *)
                usage >&2
                die "There is no option '$1'." 2
                ;;
        esac
        shift
    done
    places "$prefix"
    if [ -z "$prefix" ] && [ "$(id -u)" -ne 0 ]; then
        die "Taking the service away needs root: sudo ./install.sh uninstall" 2
    fi
    say "This will stop the service erp-bridge and remove $HOME_DIR."
    if [ -n "$purge" ]; then
        say "It will also remove $CONFIG_DIR, $DATA_DIR (with the keys to the stored ERP secrets)"
        say "and the MySQL user. The mappings in the shop's database stay."
    else
        say "Settings in $CONFIG_DIR, keys in $DATA_DIR and all data stay."
    fi
    ask "Go on?"

    if [ -z "$prefix" ] && [ -d /run/systemd/system ]; then
        systemctl disable --quiet --now erp-bridge 2> /dev/null || true
    fi
    rm -f "$UNIT"
    [ -n "$prefix" ] || rm -f /usr/local/bin/erp-bridge
    if [ -n "$opencart" ] && [ -x "$HOME_DIR/venv/bin/python" ]; then
        run_package
        "$HOME_DIR/venv/bin/python" -m agent.setup remove-extension "$opencart" \
            "$ROOT/dist/erp_bridge.ocmod.zip"
    fi
    if [ -n "$purge" ]; then
        if [ -x "$HOME_DIR/venv/bin/python" ] && [ -f "$CONFIG_DIR/agent.toml" ]; then
            "$HOME_DIR/venv/bin/python" -m agent.setup drop-user \
                --config "$CONFIG_DIR/agent.toml" "${setup[@]}"
        fi
        rm -rf "$CONFIG_DIR" "$DATA_DIR"
    fi
    rm -rf "$HOME_DIR"
    say "Done."
}
