#!/bin/sh
# Checks every PHP file of the extension and of its tests: syntax (php -l) and coding standard. What
# PHP 7.3 does not know yet is found by the unit tests (phpunit -c agent_tests/php/phpunit.xml).
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
extension=$here/../../opencart_extension

if ! output=$(find "$extension" "$here" -name '*.php' -print0 | xargs -0 -n 1 php -l 2>&1); then
    printf '%s\n' "$output" | grep -v '^No syntax errors' >&2
    exit 1
fi

if command -v phpcs >/dev/null 2>&1; then
    (cd "$extension" && phpcs --standard=phpcs.xml.dist -q .)
    (cd "$here" && phpcs --standard=phpcs.xml -q .)
else
    echo "phpcs is not installed, the coding standard is not checked (apt install php-codesniffer)" >&2
fi
