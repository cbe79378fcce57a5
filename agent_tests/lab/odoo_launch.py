"""Start Odoo's command line from unpacked packages: ``python odoo_launch.py CODE ARGUMENTS…``.

Run by Odoo's own interpreter, so it imports nothing of ours and keeps to Python 3.9.
"""

import os
import sys
import time


def main() -> None:
    """Make the unpacked code importable and hand over."""
    code = sys.argv.pop(1)
    os.environ["TZ"] = "UTC"
    time.tzset()
    sys.path[0] = code  # instead of this folder, whose odoo.py would be found first
    import odoo.cli  # noqa: PLC0415

    odoo.cli.main()


if __name__ == "__main__":
    main()
