# shellcheck shell=bash
# Builds the OpenCart extension.

run_package() {
    case ${1:-} in
        "") build_package "$ROOT/dist" ;;
        -h | --help) usage ;;
        *) wrong_usage "package takes no options." ;;
    esac
}
