# shellcheck shell=bash
# Sets the agent up as a service. Everything goes below PREFIX, which is empty but in trials.

places() {
    PREFIX=${1%/}
    HOME_DIR=$PREFIX/opt/erp-bridge
    CONFIG_DIR=$PREFIX/etc/erp-bridge
    DATA_DIR=$PREFIX/var/lib/erp-bridge
    CONFIG=$CONFIG_DIR/agent.toml
    UNIT=$PREFIX/etc/systemd/system/erp-bridge.service
    PACKAGE=$HOME_DIR/erp_bridge.ocmod.zip
    SERVICE_USER=erp-bridge
}

run_install() {
    read_install_options "$@"
    describe_plan
    ask "Go on?"

    trap take_back EXIT
    step "Program"
    install_program
    step "Database and configuration"
    remember "$CONFIG_DIR"
    remember "$DATA_DIR"
    mkdir -p "$CONFIG_DIR" "$DATA_DIR"
    chmod 750 "$CONFIG_DIR"
    chmod 700 "$DATA_DIR"
    set_up configure --config "$CONFIG" --data-dir "$DATA_DIR" --port "$port" "${setup[@]}"
    made=() # what follows can be done again
    trap 'say "Not finished: mend what is said above and run the same command again."' EXIT
    hand_over
    bridge migrate
    open_pictures
    if [ -n "$opencart" ]; then
        step "Extension"
        build_package "$HOME_DIR" > /dev/null
        set_up copy-extension "$opencart" "$PACKAGE"
    fi
    step "Service"
    make_service
    step "Check"
    # Warnings are usual here: the extension is not installed in the shop yet.
    bridge doctor --offline || true
    step "Pairing key"
    bridge pairing show
    next_steps
    trap - EXIT
}

# Makes the shop's folder absolute and adds it to setup.
name_opencart() {
    [ -s "$opencart/config.php" ] ||
        die "There is no installed OpenCart in $opencart: config.php is missing or empty." 2
    opencart=$(cd "$opencart" && pwd)
    setup+=(--opencart "$opencart")
}

# Sets prefix, opencart, port, service and setup, the flags that go on to the Python part.
read_install_options() {
    local prefix='' has_database='' port_given=''
    opencart='' port=8765 service=1 setup=()
    export assume_yes=
    while [ $# -gt 0 ]; do
        case $1 in
            --yes) assume_yes=1 ;;
            --no-service) service= ;;
            -h | --help)
                usage
                exit 0
                ;;
            --prefix | --opencart | --port | --shop-url | --db-host | --db-port | --db-name | \
                --db-prefix | --db-admin-user | --db-admin-password-file | --db-user | \
                --db-password-file)
                [ $# -ge 2 ] || wrong_usage "$1 needs a value."
                case $1 in
                    --prefix) prefix=$2 ;;
                    --opencart) opencart=$2 ;;
                    --port) port=$2 port_given=1 ;;
                    *) setup+=("$1" "$2") ;;
                esac
                check_value "$1" "$2"
                [ "$1" != --db-name ] || has_database=1
                shift
                ;;
            *) wrong_usage "There is no option '$1'." ;;
        esac
        shift
    done
    if [ -n "$prefix" ]; then
        prefix=$(realpath -m -- "$prefix")
    elif [ "$(id -u)" -ne 0 ]; then
        die "Setting up a service needs root: sudo ./install.sh …" 2
    fi
    places "$prefix"
    if [ -n "$opencart" ]; then
        name_opencart
    elif [ -z "$has_database" ] && ! [ -f "$CONFIG" ]; then
        wrong_usage "Give the shop's folder with --opencart, or its database with --db-name."
    fi
    if [ -f "$CONFIG" ] && [ -n "$port_given" ]; then
        say "Mind: $CONFIG is kept; change the port there."
    fi
    # The one in use, where the configuration is there already.
    port=$(sed -n '/^\[agent\]/,/^\[/s/^port *= *\([0-9]*\).*/\1/p' "$CONFIG" 2> /dev/null |
        grep . || printf '%s\n' "$port")
}

check_value() {
    case $1 in
        --port | --db-port)
            if ! [[ $2 =~ ^[1-9][0-9]{0,4}$ ]] || [ "$2" -gt 65535 ]; then
                wrong_usage "$1 needs a port number, not '$2'."
            fi
            ;;
        *-file) [ -r "$2" ] || die "The file $2 of $1 cannot be read." 2 ;;
        --prefix | --opencart) [ -n "$2" ] || wrong_usage "$1 needs a folder." ;;
    esac
}

describe_plan() {
    say "This will"
    say "  put the agent's program into $HOME_DIR and its settings into $CONFIG_DIR"
    say "  keep its keys and its queue in $DATA_DIR"
    case " ${setup[*]} " in
        *" --db-user "*) say "  make the agent's own tables (…erp_*) in the shop's database" ;;
        *)
            say "  make a MySQL user that may read the shop's tables and owns the agent's own (…erp_*)"
            ;;
    esac
    [ -z "$opencart" ] || say "  copy the extension into $opencart"
    if [ -n "$service" ] && [ -z "$PREFIX" ]; then
        say "  run it as the service erp-bridge, as user $SERVICE_USER, on 127.0.0.1 only"
    fi
}

made=()
# Notes a folder that is not there yet, for take_back.
remember() { [ -e "$1" ] || made+=("$1"); }

# Takes away what a run made that did not come to its end.
take_back() {
    local status=$? path
    for path in "${made[@]}"; do
        rm -rf "$path"
    done
    drop_empty_folders
    if [ "$status" -ne 0 ]; then
        say "Nothing was set up."
    fi
    exit "$status"
}

# In a trial, the folders above the program's own go, too, where nothing else is in them.
drop_empty_folders() {
    [ -n "$PREFIX" ] && [ -d "$PREFIX" ] || return 0
    (
        cd "$PREFIX" &&
            rmdir -p opt etc/systemd/system etc var/lib 2> /dev/null
    ) || true
}

install_program() {
    local python sources
    if [ -n "$PREFIX" ]; then
        python=$(find_python)
    else
        # The account of the service cannot run one in somebody's home.
        python=$(FIRST_PYTHON=/usr/bin/python3 find_python)
    fi
    remember "$HOME_DIR"
    mkdir -p "$HOME_DIR" || die "$HOME_DIR cannot be made: is it yours to write to?"
    sources=$HOME_DIR/build
    rm -rf "$sources"
    copy_sources "$sources"
    make_venv "$python" "$HOME_DIR/venv" --upgrade "${sources}[redis]"
    rm -rf "$sources"
    say "The program is in $HOME_DIR."
}

# Runs the Python part of the set-up; -P: the installed program, not one in this folder.
set_up() { ERP_BRIDGE_CONFIG=$CONFIG "$HOME_DIR/venv/bin/python" -P -m agent.setup "$@"; }

is_for_service() { [ "$(id -u)" -eq 0 ] && [ -z "$PREFIX" ]; }

# The service reads its configuration and owns its data; nobody else sees either.
hand_over() {
    is_for_service || return 0
    id "$SERVICE_USER" > /dev/null 2>&1 ||
        useradd --system --home-dir "$DATA_DIR" --shell /usr/sbin/nologin "$SERVICE_USER"
    chown -R "root:$SERVICE_USER" "$CONFIG_DIR"
    find "$CONFIG_DIR" -type f -exec chmod 640 {} +
    chown -R "$SERVICE_USER:$SERVICE_USER" "$DATA_DIR"
}

# The service may write pictures of the ERP into a folder of the shop made for them, and no other.
open_pictures() {
    is_for_service || return 0
    set_up open-pictures --config "$CONFIG" --user "$SERVICE_USER"
}

# Runs the agent's command line as the service will run it.
bridge() {
    local run=(env "ERP_BRIDGE_CONFIG=$CONFIG" "$HOME_DIR/venv/bin/erp-bridge" "$@")
    if is_for_service; then
        run=(runuser -u "$SERVICE_USER" -- "${run[@]}")
    fi
    (cd / && "${run[@]}")
}

make_service() {
    if [ -n "$service" ]; then
        mkdir -p "$(dirname "$UNIT")"
        written_paths=$(set_up written-paths --config "$CONFIG")
        unit_text > "$UNIT"
    fi
    if [ -z "$PREFIX" ]; then
        ln -sf "$HOME_DIR/venv/bin/erp-bridge" /usr/local/bin/erp-bridge
    fi
    if [ -n "$service" ] && [ -z "$PREFIX" ] && [ -d /run/systemd/system ]; then
        systemctl daemon-reload
        systemctl enable --quiet erp-bridge
        systemctl restart erp-bridge
        say "The service erp-bridge runs; its log: journalctl -u erp-bridge"
    else
        say "No service was started. Start the agent yourself:"
        say "  ERP_BRIDGE_CONFIG=$CONFIG $HOME_DIR/venv/bin/erp-bridge serve"
    fi
}

# Quotes a path as systemd reads it.
unit_word() {
    local word=${1//\\/\\\\}
    word=${word//\"/\\\"}
    printf '"%s"' "${word//%/%%}"
}

unit_text() {
    cat <<UNIT
[Unit]
Description=ERP Bridge for OpenCart
After=network-online.target mariadb.service mysql.service
Wants=network-online.target

[Service]
User=$SERVICE_USER
Environment=$(unit_word "ERP_BRIDGE_CONFIG=$CONFIG")
ExecStart=$(unit_word "$HOME_DIR/venv/bin/erp-bridge") serve
Restart=always
RestartSec=5
TimeoutStopSec=120
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths=$(unit_word "$DATA_DIR")
$(while IFS= read -r path; do
        [ -z "$path" ] || printf 'ReadWritePaths=%s\n' "$(unit_word "-$path")"
    done <<< "$written_paths")

[Install]
WantedBy=multi-user.target
UNIT
}

next_steps() {
    step "Next"
    if [ -z "$opencart" ]; then
        say "1. ./install.sh package, then upload dist/erp_bridge.ocmod.zip in the shop's admin,"
        say "   Extensions > Installer."
    elif [ -f "$opencart/system/library/erp_bridge/autoload.php" ]; then
        say "1. The extension's files are in the shop."
    elif [ -d "$opencart/extension/erp_bridge" ]; then
        say "1. The shop still has the extension that was installed before. In the shop's admin:"
        say "   Extensions > Extensions > Modules: uninstall ERP Bridge. Extensions > Installer:"
        say "   uninstall 'ERP Bridge', and install it again. Do not delete it there: that would"
        say "   delete the new package. Where it was deleted, run this command once more."
    else
        say "1. In the shop's admin: Extensions > Installer, install 'ERP Bridge'."
    fi
    say "2. Extensions > Extensions > Modules: install ERP Bridge, open it, enter"
    say "   the agent's address http://127.0.0.1:$port and the pairing key above, press Test."
    say "3. ERP Mapping > Connections: add your ERP. Then press Synchronize."
}
