"""Build, once, what a real Odoo needs: its code, its Python environment, a template database.

Three stages per version, each kept complete or not at all:

``code``      the Debian package and the web assets it links to, unpacked
``venv``      a Python environment with the pinned packages (and, at need, Debian's Python)
``template``  a PostgreSQL data folder with one initialised database, and its file store
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from agent_tests.lab.debian import LabUnavailableError, Suite, extract
from agent_tests.lab.odoo_cache import MARK, build_once, cache_root, locked, log
from agent_tests.lab.odoo_python import (
    find_python,
    library_environment,
    make_environment,
    unpack_python,
)
from agent_tests.lab.odoo_recipe import LANGUAGES, RECIPES, Recipe
from agent_tests.lab.postgres import Postgres, binaries

TEMPLATE = "template_odoo"
ROLE = "odoo"
_LAUNCH = Path(__file__).with_name("odoo_launch.py")
_FORMAT = "2"  # raise it when the way of building changes
_OTHER_LANGUAGES = ("*/i18n/[!df]*", "*/i18n/d[!e]*", "*/i18n/f[!r]*", "*/i18n/fr_*")


@dataclass(frozen=True)
class Built:
    """The folders of one version, complete."""

    folder: Path

    @property
    def code(self) -> Path:
        """The folder to import ``odoo`` from."""
        return self.folder / "code" / "usr" / "lib" / "python3" / "dist-packages"

    @property
    def python(self) -> Path:
        """The interpreter that has Odoo's requirements."""
        return self.folder / "venv" / "environment" / "bin" / "python"

    @property
    def environment(self) -> dict[str, str]:
        """The process environment its interpreter needs."""
        return {**library_environment(self.folder / "venv" / "python"), "PYTHONWARNINGS": "ignore"}

    @property
    def template(self) -> Path:
        """The frozen PostgreSQL data, and ``filestore`` beside it."""
        return self.folder / "template"

    def command(self, *arguments: str) -> list[str]:
        """Return a command line of this Odoo."""
        return [str(self.python), str(_LAUNCH), str(self.code), *arguments]


def prepare(version: str) -> Path:
    """Build what is missing of Odoo ``version`` and return its folder in the cache.

    Safe to call at any time and from several runs at once; progress goes to standard error.

    Raises:
        LabUnavailableError: this machine cannot have it; the message says why.
    """
    recipe = _recipe(version)
    postgres_version = binaries().parent.name
    folder = cache_root() / version
    folder.mkdir(exist_ok=True)
    code_key = _key(recipe.package, recipe.suite, recipe.asset_suite, *recipe.assets)
    venv_key = _key(recipe.requirements.read_text())
    launch = _LAUNCH.read_text()  # it decides how the passwords in there are kept
    template_key = _key(code_key, *recipe.modules, *LANGUAGES, postgres_version, launch)
    built = Built(folder)
    with locked(version):
        if not built.python.exists():  # the interpreter it was made from is gone
            (folder / "venv" / MARK).unlink(missing_ok=True)
        with ThreadPoolExecutor(2) as pool:
            stages = [
                pool.submit(build_once, folder / "code", code_key, lambda f: _code(recipe, f)),
                pool.submit(build_once, folder / "venv", venv_key, lambda f: _venv(recipe, f)),
            ]
        for stage in stages:
            stage.result()
        build_once(built.template, template_key, lambda f: _template(recipe, built, f))
    return folder


def role_password(frozen: Path) -> str:
    """Return the password of the database role Odoo logs in with."""
    return (frozen / "role").read_text()


def write_settings(path: Path, settings: dict[str, object]) -> None:
    """Write an Odoo configuration file only its owner can read."""
    lines = [f"{key} = {value}" for key, value in settings.items()]
    path.touch(mode=0o600)
    path.write_text("[options]\n" + "\n".join(lines) + "\n")


def _recipe(version: str) -> Recipe:
    if version not in RECIPES:
        raise ValueError(f"Odoo {version} is not one of {', '.join(sorted(RECIPES))}")
    return RECIPES[version]


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join((_FORMAT, *parts)).encode()).hexdigest()


def _code(recipe: Recipe, folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="erp-bridge-deb-") as temporary:
        packages: list[Path] = []
        wanted = {recipe.suite: [recipe.package]}
        wanted.setdefault(recipe.asset_suite, []).extend(recipe.assets)
        for name, names in wanted.items():
            with locked(f"apt-{name}"):
                suite = Suite(name, cache_root() / "apt" / name)
                suite.update()
                log(f"{recipe.version}: downloading {names[0]} from Debian {name}")
                packages += suite.download(names, Path(temporary) / name)
        for package in packages:
            extract(package, folder, without=_OTHER_LANGUAGES)


def _venv(recipe: Recipe, folder: Path) -> None:
    unpacked = folder / "python"
    python = find_python(recipe.python)
    if python is None:
        python = unpack_python(recipe.python, recipe.python_suite, unpacked)
    environment = library_environment(unpacked)
    make_environment(folder / "environment", python, recipe.requirements, environment)


def _template(recipe: Recipe, built: Built, folder: Path) -> None:
    server = Postgres()
    try:
        with tempfile.TemporaryDirectory(prefix="erp-bridge-odoo-") as temporary:
            work = Path(temporary)
            password = server.password
            server.run_sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'")
            server.run_sql(f"CREATE DATABASE {TEMPLATE} OWNER {ROLE} TEMPLATE template0")
            _initialise(recipe, built, server, work)
            _check_installed(recipe, server)
            server.run_sql("GRANT ALL ON SCHEMA public TO " + ROLE, TEMPLATE)
            server.run_sql("VACUUM ANALYZE", TEMPLATE)
            server.run_sql(f"ALTER DATABASE {TEMPLATE} IS_TEMPLATE true")
            server.freeze(folder)
            shutil.copytree(work / "data" / "filestore" / TEMPLATE, folder / "filestore")
            (folder / "role").write_text(password)
    finally:
        server.stop()


def _initialise(recipe: Recipe, built: Built, server: Postgres, work: Path) -> None:
    """Make Odoo fill the template database."""
    settings = work / "odoo.conf"
    write_settings(settings, database_settings(server, server.password, work / "data"))
    log(f"{recipe.version}: initialising the template database, about a minute")
    started = time.monotonic()
    done = subprocess.run(
        built.command(
            *("-c", str(settings), "-d", TEMPLATE, "-i", ",".join(recipe.modules)),
            *(f"--load-language={','.join(LANGUAGES)}", "--without-demo=all"),
            *("--stop-after-init", "--no-http", "--log-level=warn"),
        ),
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=built.environment,
    )
    if done.returncode != 0:
        raise RuntimeError(f"Odoo {recipe.version} did not initialise: {done.stderr[-3000:]}")
    log(f"{recipe.version}: initialised in {time.monotonic() - started:.0f} s")


def database_settings(server: Postgres, password: str, data: Path) -> dict[str, object]:
    """Return the settings every Odoo process of the lab has."""
    return {
        "db_host": "127.0.0.1",
        "db_port": server.port,
        "db_user": ROLE,
        "db_password": password,
        "data_dir": data,
        "workers": 0,
        "max_cron_threads": 0,
    }


def _check_installed(recipe: Recipe, server: Postgres) -> None:
    rows = server.run_sql("SELECT name FROM ir_module_module WHERE state = 'installed'", TEMPLATE)
    missing = set(recipe.modules) - set(rows.split())
    if missing:
        raise LabUnavailableError(f"Odoo {recipe.version} lacks modules: {sorted(missing)}")
