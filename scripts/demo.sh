# shellcheck shell=bash
# Runs the main job on this machine with a sample shop and a sandbox ERP.

run_demo() {
    need_packages "mariadb-server|mariadb-server-core|mariadb-server-core-10.6"
    step "Preparing the agent"
    make_venv "$CACHE/demo-venv" "$ROOT"
    exec "$CACHE/demo-venv/bin/python" -m agent.demo "$@"
}
