# shellcheck shell=bash
# Takes the agent off this machine again. Its tables in the shop's database always stay.

# shellcheck source=scripts/install.sh
. "$ROOT/scripts/install.sh"

run_uninstall() {
    read_uninstall_options "$@"
    if ! [ -d "$HOME_DIR" ] && ! [ -d "$CONFIG_DIR" ] && ! [ -f "$UNIT" ]; then
        say "There is nothing to take away: $HOME_DIR and $CONFIG_DIR are not there."
        return
    fi
    say "This will stop the service erp-bridge and remove $HOME_DIR."
    if [ -n "$purge" ]; then
        say "It will also remove $CONFIG_DIR, $DATA_DIR (with the keys to the stored ERP secrets)"
        say "and the MySQL user. The mappings in the shop's database stay."
    else
        say "Settings in $CONFIG_DIR, keys in $DATA_DIR and all data stay."
    fi
    ask "Go on?"
    # First what can fail, so that it can be tried again.
    remove_from_shop
    if [ -n "$purge" ]; then
        drop_mysql_user
    fi
    remove_service
    if [ -n "$purge" ]; then
        leave_pictures # nobody writes any more now, and the program is still there
    fi
    rm -rf "$HOME_DIR"
    if [ -n "$purge" ]; then
        rm -rf "$CONFIG_DIR" "$DATA_DIR"
        if is_for_service && id "$SERVICE_USER" > /dev/null 2>&1; then
            userdel "$SERVICE_USER"
        fi
    fi
    drop_empty_folders
    say "Done."
}

read_uninstall_options() {
    local prefix=''
    opencart='' purge='' setup=()
    export assume_yes=
    while [ $# -gt 0 ]; do
        case $1 in
            --yes) assume_yes=1 ;;
            --purge) purge=1 ;;
            -h | --help)
                usage
                exit 0
                ;;
            --prefix | --opencart | --db-admin-user | --db-admin-password-file)
                [ $# -ge 2 ] || wrong_usage "$1 needs a value."
                check_value "$1" "$2"
                case $1 in
                    --prefix) prefix=$2 ;;
                    --opencart) opencart=$2 ;;
                    *) setup+=("$1" "$2") ;;
                esac
                shift
                ;;
            *) wrong_usage "There is no option '$1'." ;;
        esac
        shift
    done
    if [ -n "$prefix" ]; then
        [ -d "$prefix" ] || die "There is no folder $prefix." 2
        prefix=$(realpath -- "$prefix")
    elif [ "$(id -u)" -ne 0 ]; then
        die "Taking the service away needs root: sudo ./install.sh uninstall" 2
    fi
    places "$prefix"
    if [ -n "$opencart" ]; then
        name_opencart
    fi
}

# The installed version's own package says which files are its.
remove_from_shop() {
    [ -n "$opencart" ] || return 0
    if ! [ -x "$HOME_DIR/venv/bin/python" ]; then
        say "The program is gone already: remove the extension in the shop's admin."
        return
    fi
    [ -f "$PACKAGE" ] || build_package "$HOME_DIR" > /dev/null
    if [ -n "$assume_yes" ] && knows_force; then
        set_up remove-extension "$opencart" "$PACKAGE" --force
    else
        set_up remove-extension "$opencart" "$PACKAGE"
    fi
}

# The installed program may be older than this script.
knows_force() {
    local help
    help=$(set_up remove-extension --help) && [[ $help == *--force* ]]
}

drop_mysql_user() {
    [ -f "$CONFIG" ] || return 0
    if ! [ -x "$HOME_DIR/venv/bin/python" ]; then
        say "The program is gone already: drop the MySQL user named in $CONFIG yourself."
        return
    fi
    set_up drop-user --config "$CONFIG" "${setup[@]}" ||
        die "The MySQL user could not be dropped; the program, its settings and keys were left."
}

# Pictures stay in the shop; only their owner goes away.
leave_pictures() {
    if is_for_service && [ -f "$CONFIG" ] && [ -x "$HOME_DIR/venv/bin/python" ] &&
        id "$SERVICE_USER" > /dev/null 2>&1; then
        set_up leave-pictures --config "$CONFIG" --user "$SERVICE_USER" ||
            say "The pictures from the ERP could not be given to the shop's user; they stay."
    fi
}

remove_service() {
    if [ -z "$PREFIX" ] && [ -d /run/systemd/system ] && [ -f "$UNIT" ]; then
        systemctl disable --quiet --now erp-bridge || true
    fi
    rm -f "$UNIT"
    if [ -z "$PREFIX" ]; then
        rm -f /usr/local/bin/erp-bridge
        [ ! -d /run/systemd/system ] || systemctl daemon-reload
    fi
}
