# shellcheck shell=bash
# Installs what the tests need and runs them.

# The databases' core packages hold the programs alone: the tests run servers of their own.
QUICK_PACKAGES=("mariadb-server-core|mariadb-server-core-10.6"
    "mariadb-client-core|mariadb-client-core-10.6" "mariadb-client|mariadb-client-10.6"
    redis-server git unzip shellcheck php-cli php-mysql php-curl php-gd php-zip php-xml
    php-mbstring php-intl phpunit php-codesniffer)
ALL_PACKAGES=(postgresql chromium chromium-driver fonts-dejavu-core)

run_test() {
    local all=() python
    case ${1:-} in
        --all)
            all=(--all)
            shift
            ;;
        -h | --help)
            usage
            return
            ;;
    esac
    python=$(find_python)
    need_packages "${QUICK_PACKAGES[@]}"
    if [ ${#all[@]} -gt 0 ]; then
        need_packages "${ALL_PACKAGES[@]}"
    fi
    step "Preparing Python"
    make_venv "$python" "$CACHE/venv" --editable "${ROOT}[test]"
    step "Testing"
    cd -- "$ROOT" || return
    exec "$CACHE/venv/bin/python" -m agent_tests.run "${all[@]}" "$@"
}
