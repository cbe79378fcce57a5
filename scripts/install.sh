# shellcheck shell=bash
# Sets the agent up as a service. Everything goes below PREFIX, which is empty but in trials.

places() {
    PREFIX=${1%/}
    HOME_DIR=$PREFIX/opt/erp-bridge
    CONFIG_DIR=$PREFIX/etc/erp-bridge
    DATA_DIR=$PREFIX/var/lib/erp-bridge
    UNIT=$PREFIX/etc/systemd/system/erp-bridge.service
    SERVICE_USER=erp-bridge
}

run_install() {
    local prefix='' opencart='' port=8765 service=1
    export assume_yes=
    local setup=()
    while [ $# -gt 0 ]; do
        case $1 in
            --yes) assume_yes=1 ;;
            --no-service) service= ;;
            --prefix | --opencart | --port | --shop-url | --db-host | --db-port | --db-name | \
                --db-prefix | --db-admin-user | --db-admin-password-file | --db-user | \
                --db-password-file)
                [ $# -ge 2 ] || die "$1 needs a value." 2
                case $1 in
                    --prefix) prefix=$2 ;;
                    --opencart) opencart=$2 ;;
                    --port) port=$2 ;;
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
        die "Setting up a service needs root: sudo ./install.sh …" 2
    fi
    if [ -n "$opencart" ]; then
        [ -f "$opencart/config.php" ] || die "There is no OpenCart in $opencart: config.php is missing." 2
        opencart=$(cd "$opencart" && pwd)
        setup+=(--opencart "$opencart")
    fi
    describe_plan "$opencart" "$service"
    ask "Go on?"

    step "Program"
    make_venv "$HOME_DIR/venv" --upgrade "${ROOT}[redis]"
    step "Account and folders"
    make_folders
    step "Database and configuration"
    ERP_BRIDGE_CONFIG=$CONFIG_DIR/agent.toml "$HOME_DIR/venv/bin/python" -m agent.setup configure \
        --config "$CONFIG_DIR/agent.toml" --data-dir "$DATA_DIR" --port "$port" "${setup[@]}"
    hand_over
    bridge migrate
    if [ -n "$opencart" ]; then
        step "Extension"
        run_package
        "$HOME_DIR/venv/bin/python" -m agent.setup copy-extension "$opencart" \
            "$ROOT/dist/erp_bridge.ocmod.zip"
    fi
    if [ -n "$service" ]; then
        step "Service"
        make_service
    fi
    step "Pairing"
    bridge pairing show
    next_steps "$opencart" "$port" "$service"
}

describe_plan() {
    say "This will"
    say "  put the agent's program into $HOME_DIR and its settings into $CONFIG_DIR"
    say "  keep its keys and its queue in $DATA_DIR"
    say "  make a MySQL user that may read the shop's tables and owns the agent's own (…erp_*)"
    [ -z "$1" ] || say "  copy the extension into $1"
    [ -z "$2" ] || say "  run it as the service erp-bridge, as user $SERVICE_USER, on 127.0.0.1 only"
}

make_folders() {
    if [ "$(id -u)" -eq 0 ] && [ -z "$PREFIX" ]; then
        id "$SERVICE_USER" > /dev/null 2>&1 ||
            useradd --system --home-dir "$DATA_DIR" --shell /usr/sbin/nologin "$SERVICE_USER"
    fi
    mkdir -p "$CONFIG_DIR" "$DATA_DIR"
    chmod 750 "$CONFIG_DIR"
    chmod 700 "$DATA_DIR"
}

# The service reads its configuration and owns its data; nobody else sees either.
hand_over() {
    if [ "$(id -u)" -eq 0 ] && [ -z "$PREFIX" ]; then
        chown -R "root:$SERVICE_USER" "$CONFIG_DIR"
        chmod 640 "$CONFIG_DIR"/*
        chown -R "$SERVICE_USER:$SERVICE_USER" "$DATA_DIR"
    fi
}

# Runs the agent's command line as the service will run it.
bridge() {
    local run=(env "ERP_BRIDGE_CONFIG=$CONFIG_DIR/agent.toml" "$HOME_DIR/venv/bin/erp-bridge" "$@")
    if [ "$(id -u)" -eq 0 ] && [ -z "$PREFIX" ]; then
        run=(runuser -u "$SERVICE_USER" -- "${run[@]}")
    fi
    "${run[@]}"
}

make_service() {
    mkdir -p "$(dirname "$UNIT")"
    cat > "$UNIT" <<UNIT
[Unit]
Description=ERP Bridge for OpenCart
After=network-online.target mariadb.service mysql.service
Wants=network-online.target

[Service]
User=$SERVICE_USER
Environment=ERP_BRIDGE_CONFIG=$CONFIG_DIR/agent.toml
ExecStart=$HOME_DIR/venv/bin/erp-bridge serve
Restart=always
RestartSec=5
TimeoutStopSec=120
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths=$DATA_DIR

[Install]
WantedBy=multi-user.target
UNIT
    if [ -z "$PREFIX" ] && [ -d /run/systemd/system ]; then
        systemctl daemon-reload
        systemctl enable --quiet erp-bridge
        systemctl restart erp-bridge
        say "The service erp-bridge runs; its log: journalctl -u erp-bridge"
    else
        say "systemd does not run here. Start the agent yourself:"
        say "  ERP_BRIDGE_CONFIG=$CONFIG_DIR/agent.toml $HOME_DIR/venv/bin/erp-bridge serve"
    fi
    if [ -z "$PREFIX" ]; then
        ln -sf "$HOME_DIR/venv/bin/erp-bridge" /usr/local/bin/erp-bridge
    fi
}

next_steps() {
    step "Next"
    if [ -z "$1" ]; then
        say "1. ./install.sh package, then upload dist/erp_bridge.ocmod.zip in the shop's admin under"
        say "   Extensions > Installer."
    elif [ -f "$1/system/library/erp_bridge/autoload.php" ] || [ ! -d "$1/extension" ]; then
        say "1. The extension's files are in the shop."
    else
        say "1. In the shop's admin: Extensions > Installer, install 'ERP Bridge'."
    fi
    say "2. Extensions > Extensions > Modules: install ERP Bridge, open it, enter"
    say "   the agent's address http://127.0.0.1:$2 and the pairing key above, press Test."
    say "3. ERP Mapping > Connections: add your ERP. Then press Synchronize."
    [ -n "$3" ] || say "Start the agent first: ERP_BRIDGE_CONFIG=$CONFIG_DIR/agent.toml $HOME_DIR/venv/bin/erp-bridge serve"
}
