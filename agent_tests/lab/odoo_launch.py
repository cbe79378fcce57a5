"""Start Odoo's command line from unpacked packages: ``python odoo_launch.py CODE ARGUMENTS…``.

Run by Odoo's own interpreter, so it imports nothing of ours and keeps to Python 3.9.
"""

import os
import sys
import time

ROUNDS = "pbkdf2_sha512__rounds"


def hash_quickly() -> None:
    """Hash passwords in few rounds: Odoo 19 spends two thirds of a test's time on 600,000 of them.

    It looks at the password anew with the next call whenever something empties its caches.
    """
    from passlib.context import CryptContext  # noqa: PLC0415

    made = CryptContext.__init__

    def made_quickly(self, *arguments, **options) -> None:
        if ROUNDS in options:
            options[ROUNDS] = 1000
        made(self, *arguments, **options)

    CryptContext.__init__ = made_quickly


def main() -> None:
    """Make the unpacked code importable and hand over."""
    code = sys.argv.pop(1)
    os.environ["TZ"] = "UTC"
    time.tzset()
    sys.path[0] = code  # instead of this folder, whose odoo.py would be found first
    hash_quickly()
    import odoo.cli  # noqa: PLC0415

    odoo.cli.main()


if __name__ == "__main__":
    main()
