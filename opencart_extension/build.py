#!/usr/bin/env python3
"""Build ``erp_bridge.ocmod.zip``, one file for the Extension Installer of OpenCart 3.0 to 4.1.

OpenCart 4 takes everything at the root of the zip; OpenCart 3 takes ``upload/`` and ignores the rest.
Templates, languages, scripts and the library exist once in the tree and go to both places. The name
of the file is fixed: OpenCart 4 makes the extension's code of it.

    python3 opencart_extension/build.py [--output DIR]

Entries carry their files' own times (or SOURCE_DATE_EPOCH): OpenCart 3 keeps them when it unpacks, and
PHP's opcode cache would go on running the old file after an upgrade if its time had not changed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

CODE = "erp_bridge"
HERE = Path(__file__).resolve().parent
LIBRARY = Path("system/library") / CODE


class BuildError(Exception):
    """The sources do not make a package; the text says why and what to mend."""


def files(folder: Path) -> Iterator[Path]:
    """Yield the files below ``folder`` in a fixed order, hidden ones left out."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts):
            yield path


def entries(root: Path = HERE) -> dict[str, Path]:
    """Return what goes where: path in the zip to source file."""
    found: dict[str, Path] = {"install.json": root / "install.json"}
    for part in ("admin", "catalog", "system"):
        for path in files(root / part):
            found[path.relative_to(root).as_posix()] = path
    for path in files(root / "oc3"):
        found[f"upload/{path.relative_to(root / 'oc3').as_posix()}"] = path
    for path in files(root / LIBRARY):
        found[f"upload/{path.relative_to(root).as_posix()}"] = path
    found.update(_shared_admin(root))
    return {name: found[name] for name in sorted(found)}


def _shared_admin(root: Path) -> dict[str, Path]:
    """Return where OpenCart 3 wants the admin's templates, languages, scripts and styles."""
    view = root / "admin/view"
    found = {
        f"upload/admin/view/template/extension/{CODE}/{p.relative_to(view / 'template').as_posix()}": p
        for p in files(view / "template")
    }
    for kind in ("javascript", "stylesheet"):
        for path in files(view / kind):
            found[f"upload/admin/view/{kind}/{path.relative_to(view / kind).as_posix()}"] = path
    for language in sorted((root / "admin/language").iterdir()):
        place = f"upload/admin/language/{language.name}/extension"
        found[f"{place}/module/{CODE}.php"] = language / "module" / f"{CODE}.php"
        for path in sorted(language.glob("*.php")):
            found[f"{place}/{CODE}/{path.name}"] = path
    return found


def check(content: dict[str, bytes]) -> str:
    """Return the package's version after checking what OpenCart would stumble over.

    Raises:
        BuildError: install.json is incomplete, versions differ, a PHP file is not guarded, or a
            path is one that OpenCart 3 refuses.
    """
    about = json.loads(content["install.json"])
    empty = [k for k in ("name", "version", "author", "link") if not about.get(k)]
    if empty:
        raise BuildError(f"install.json lacks {', '.join(empty)}: OpenCart 4.0 refuses it")
    source = content[(LIBRARY / "Version.php").as_posix()].decode()
    number = re.search(r"const NUMBER = '([^']+)'", source)
    if number is None or number[1] != about["version"]:
        raise BuildError("install.json and Version.php name different versions: make them equal")
    for name, data in content.items():
        if name.endswith(".php") and not re.search(rb"if \(!defined\('DIR_", data):
            raise BuildError(f"{name} is not guarded against direct access")
        if name.startswith("upload/") and not name.startswith(_OPENCART_3_TARGETS):
            raise BuildError(f"{name}: the installer of OpenCart 3 refuses this folder")
    return str(about["version"])


_OPENCART_3_TARGETS = tuple(
    f"upload/{target}/"
    for target in (
        "admin/controller/extension",
        "admin/language",
        "admin/model/extension",
        "admin/view/image",
        "admin/view/javascript",
        "admin/view/stylesheet",
        "admin/view/template/extension",
        "catalog/controller/extension",
        "catalog/language",
        "catalog/model/extension",
        "catalog/view/javascript",
        "catalog/view/theme",
        "system/config",
        "system/library",
        "image/catalog",
    )
)


def build(output: Path, root: Path = HERE) -> Path:
    """Write the zip into the folder ``output`` and return its path.

    Raises:
        BuildError: see :func:`check`.
    """
    sources = entries(root)
    content = {name: path.read_bytes() for name, path in sources.items()}
    check(content)
    output.mkdir(parents=True, exist_ok=True)
    target = output / f"{CODE}.ocmod.zip"
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, data in content.items():
            info = zipfile.ZipInfo(name, _time_of(sources[name]))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            package.writestr(info, data)
    part.replace(target)
    return target


def _time_of(path: Path) -> tuple[int, int, int, int, int, int]:
    """Return a file's time as zip wants it: UTC, not before 1980."""
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or path.stat().st_mtime)
    moment = time.gmtime(max(seconds, 315532800))
    return moment[0], moment[1], moment[2], moment[3], moment[4], moment[5]


def main() -> int:
    """Run from the command line; 0 when the package was made, 1 when the sources are wrong."""
    parser = argparse.ArgumentParser(description="Build erp_bridge.ocmod.zip.")
    parser.add_argument("--output", type=Path, default=HERE.parent / "dist", metavar="DIR")
    options = parser.parse_args()
    try:
        target = build(options.output)
    except BuildError as error:
        print(f"The package was not built: {error}", file=sys.stderr)
        return 1
    print(target)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
