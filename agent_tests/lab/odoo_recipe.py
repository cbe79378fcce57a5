"""What each Odoo version needs: package, Python, modules, and what differs between them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("en_US", "de_DE", "fr_FR")  # the first is the default of new users and texts
_ASSETS = (
    "libjs-jquery libjs-jquery-form libjs-jquery-ui libjs-underscore fonts-font-awesome "
    "fonts-glyphicons-halflings fonts-inconsolata fonts-ocr-b fonts-roboto-unhinted gsfonts "
    "fonts-dejavu-core"
)
_MODULES = (
    "sale_management sale_stock stock stock_account account delivery point_of_sale "
    "base_automation base_import"
)


@dataclass(frozen=True)
class Recipe:
    """How one version is set up.

    Attributes:
        suite: the Debian suite that has the package ``odoo-<version>``.
        asset_suite: the suite with the scripts and fonts the package links to.
        python: the Python version its pinned requirements are made for.
        python_suite: the Debian suite to take that Python from where the machine has none.
        modules: installed in every database.
        quiet: a logger and level that would otherwise fill the log with each call.
    """

    version: str
    suite: str
    asset_suite: str
    python: str
    python_suite: str
    modules: tuple[str, ...]
    quiet: tuple[str, ...] = ()

    @property
    def package(self) -> str:
        """The name of the Debian package."""
        return f"odoo-{self.version}"

    @property
    def assets(self) -> tuple[str, ...]:
        """Packages with the scripts and fonts of the web pages."""
        return tuple(_ASSETS.split())

    @property
    def requirements(self) -> Path:
        """The file with the pinned Python packages."""
        return Path(__file__).with_name(f"requirements-odoo-{self.version}.txt")


RECIPES = {
    "19": Recipe(
        version="19",
        suite="sid",
        asset_suite="bullseye",
        python="3.11",
        python_suite="bookworm",
        modules=(*_MODULES.split(), "stock_delivery", "l10n_us"),
        quiet=(
            "odoo.addons.rpc.controllers.xmlrpc:ERROR",
            "odoo.addons.rpc.controllers.jsonrpc:ERROR",
        ),
    ),
    "14": Recipe(
        version="14",
        suite="bullseye",
        asset_suite="bullseye",
        python="3.9",
        python_suite="bullseye",
        modules=(*_MODULES.split(), "l10n_generic_coa"),
    ),
}
