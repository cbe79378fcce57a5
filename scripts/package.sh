# shellcheck shell=bash
# Builds the OpenCart extension.

run_package() {
    [ $# -eq 0 ] || die "package takes no options." 2
    "$(find_python)" "$ROOT/opencart_extension/build.py" --output "$ROOT/dist"
}
