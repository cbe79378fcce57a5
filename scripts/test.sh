# shellcheck shell=bash
# Installs what the tests need and runs them.

QUICK_PACKAGES=(mariadb-server redis-server php-cli php-mysql php-curl php-gd php-zip php-xml
    php-mbstring php-intl phpunit php-codesniffer shellcheck unzip)
ALL_PACKAGES=(chromium postgresql fonts-dejavu-core)

run_test() {
    local all=''
    if [ "${1:-}" = --all ]; then
        all=1
        shift
    fi
    need_packages "${QUICK_PACKAGES[@]}"
    [ -z "$all" ] || need_packages "${ALL_PACKAGES[@]}"
    step "Preparing Python"
    make_venv "$CACHE/venv" --editable "${ROOT}[test]"
    step "Testing"
    if [ -n "$all" ]; then
        "$CACHE/venv/bin/python" -m agent_tests.run --all "$@"
    else
        "$CACHE/venv/bin/python" -m agent_tests.run "$@"
    fi
}
