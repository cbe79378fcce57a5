#!/usr/bin/env bash
# ERP Bridge for OpenCart: installs the agent, runs the demo, runs the tests, builds the extension.
set -euo pipefail
umask 022

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/common.sh
. "$ROOT/scripts/common.sh"

usage() {
    cat <<'TEXT'
ERP Bridge for OpenCart

  ./install.sh                 set the agent up as a service on this machine
      --opencart DIR           the shop: copies the extension, reads config.php for the database
      --shop-url URL           the shop's address, where config.php does not tell
      --db-host H --db-port P --db-name N --db-prefix X
                               the shop's database, where config.php is not on this machine
      --db-admin-user U --db-admin-password-file F
                               a MySQL account that may create users (default: root by socket,
                               else the shop's own account)
      --db-user U --db-password-file F
                               use this MySQL user instead of making one
      --port N                 where the agent listens on 127.0.0.1 (default 8765)
      --no-service             do not make a systemd service
      --prefix DIR             put everything below DIR, for a trial; needs no root
      --yes                    do not ask
  ./install.sh demo            a sample shop, the agent and stand-ins for Odoo and SAP Business One
                               on this machine: synchronizes a catalogue and orders with each and
                               prints what happened
      --erp NAME               only with this one: odoo or sap-b1
      --products N             size of the sample shop (default 200)
      --schema V               OpenCart's schema: 3.0, 4.0 or 4.1 (default 4.1)
      --keep                   leave it all running until Ctrl-C
  ./install.sh test            install what the tests need and run them
      --all                    also real Odoo servers, browsers and benchmarks
      ...                      further arguments go to pytest
  ./install.sh package         build dist/erp_bridge.ocmod.zip
  ./install.sh grants          print the statements that give a MySQL user of your own its rights
      --opencart DIR           the shop, whose tables decide which rights there are
      --user U --host H        the user's account (default: erp_bridge, localhost)
  ./install.sh uninstall       take everything back but settings, keys and data
      --opencart DIR           also the extension's files (OpenCart 3: uninstall its module first)
      --purge                  the agent's settings, its keys, its account and MySQL user, too
      --db-admin-user U --db-admin-password-file F
                               a MySQL account that may drop the user
      --prefix DIR             what was put below DIR
      --yes                    do not ask

Exit codes: 0 done, 1 not done and why is said, 2 wrong usage.
TEXT
}

command=install
case ${1:-} in
    demo | test | package | grants | uninstall)
        command=$1
        shift
        ;;
    -h | --help | help)
        usage
        exit 0
        ;;
    "" | -*) ;;
    *)
        usage >&2
        die "There is no command '$1'." 2
        ;;
esac

# shellcheck source=/dev/null
. "$ROOT/scripts/$command.sh"
"run_$command" "$@"
