# shellcheck shell=bash
# Builds the OpenCart extension.

run_package() {
    case ${1:-} in
        "") build_package "$ROOT/dist" ;;
        -h | --help) usage ;;
        *) wrong_usage "package takes no options." ;;
    esac
}

# Builds it into a folder and prints the file's path: build_package DIR
build_package() {
    local python
    python=$(find_python)
    "$python" -B "$ROOT/opencart_extension/build.py" --output "$1"
}
