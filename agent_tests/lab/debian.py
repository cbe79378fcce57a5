"""Debian packages of any suite, downloaded and unpacked into a folder, never installed.

The archive is the one this machine already uses: its address is read from the machine's own apt
sources, so a local mirror or a proxy set for apt serves here as well. Every index and package is
checked by apt against Debian's archive keys. Where the sources name no Debian archive (Ubuntu),
``ERP_BRIDGE_DEBIAN_MIRROR`` names one, as in the second word of a line of ``sources.list``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

MIRROR_SETTING = "ERP_BRIDGE_DEBIAN_MIRROR"
KEYRINGS = Path("/usr/share/keyrings")
_KEY_TROUBLE = re.compile(r"NO_PUBKEY|EXPKEYSIG|KEYEXPIRED|REVKEYSIG|Missing key|is not signed")


class LabUnavailableError(Exception):
    """This machine cannot have the lab; the message says why in one plain sentence."""


def mirrors() -> list[str]:
    """Return the addresses of Debian archives to try, the likeliest first."""
    setting = os.environ.get(MIRROR_SETTING, "").strip()
    if setting:
        return [setting]
    if not shutil.which("apt-get"):
        return []
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=False,
    )
    found: list[str] = []
    for line in listed.stdout.splitlines():
        address = line.strip().rstrip("/")
        if address.endswith("/debian"):
            found.append(address)
        elif address.endswith("/ubuntu"):  # many mirrors carry both, side by side
            found.append(address.removesuffix("/ubuntu") + "/debian")
    return list(dict.fromkeys(found))


def archive_keys(suite: str) -> list[Path]:
    """Return the installed files with Debian's archive keys that may sign ``suite``."""
    names = ["debian-archive-keyring"]
    if suite == "bullseye":  # a suite that is no longer published keeps its old signatures
        names.append("debian-archive-removed-keys")
    files = [KEYRINGS / f"{name}{end}" for name in names for end in (".gpg", ".pgp")]
    return [file for file in files if file.exists()]


class Suite:
    """One suite of the archive (``sid``, ``bullseye``) with an apt folder of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder

    def update(self) -> None:
        """Fetch the suite's package index.

        Raises:
            LabUnavailableError: no archive is known, none answers, or no key fits.
        """
        for part in ("lists/partial", "cache/archives/partial"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        addresses = mirrors()
        if not addresses:
            raise LabUnavailableError(
                "the machine's apt sources name no Debian archive "
                f"(set {MIRROR_SETTING} to the address of one)"
            )
        answer = "no answer"
        for address in addresses:
            answer = self._update_from(address, archive_keys(self.name))
            if _KEY_TROUBLE.search(answer):
                answer = self._update_from(address, [*archive_keys(self.name), *self._newer_keys()])
            if not answer:
                return
        raise LabUnavailableError(
            f"the Debian archive does not give suite {self.name}: {_last_line(answer)}"
        )

    def download(self, names: Iterable[str], target: Path) -> list[Path]:
        """Download packages by name into ``target`` and return their files.

        Raises:
            LabUnavailableError: a package is not in the suite or does not arrive.
        """
        target.mkdir(parents=True, exist_ok=True)
        before = set(target.glob("*.deb"))
        done = self._apt("download", *names, cwd=target)
        if done.returncode != 0:
            raise LabUnavailableError(
                f"packages of Debian {self.name} cannot be downloaded: {_last_line(done.stderr)}"
            )
        return sorted(set(target.glob("*.deb")) - before)

    def _update_from(self, address: str, keys: list[Path]) -> str:
        """Try one archive; return what went wrong, or an empty text."""
        trusted = f"signed-by={','.join(map(str, keys))} " if keys else ""
        source = self.folder / "sources.list"
        source.write_text(f"deb [{trusted}target=Packages] {address} {self.name} main\n")
        done = self._apt("update")
        trouble = done.stderr if done.returncode != 0 else ""
        # apt ends well with a warning alone when an archive does not answer
        return trouble or "" if self._has_index() and not trouble else done.stderr or "no index"

    def _has_index(self) -> bool:
        return any((self.folder / "lists").glob("*_Packages*"))

    def _newer_keys(self) -> list[Path]:
        """Fetch the newest keyring the machine's own, trusted apt sources offer."""
        target = self.folder / "keyring"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        subprocess.run(
            ["apt-get", "-qq", *_sandbox(), "download", "debian-archive-keyring"],
            cwd=target,
            check=False,
            capture_output=True,
        )
        for package in target.glob("*.deb"):
            extract(package, target)
        return sorted(
            file
            for file in (target / "usr/share/keyrings").glob("debian-archive-*.?gp")
            if file.stem in {"debian-archive-keyring", "debian-archive-removed-keys"}
        )

    def _apt(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        options = {
            "Dir::Etc::sourcelist": str(self.folder / "sources.list"),
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State::lists": str(self.folder / "lists"),
            "Dir::State::status": "/dev/null",
            "Dir::Cache": str(self.folder / "cache"),
            "Acquire::Languages": "none",
            "Acquire::PDiffs": "false",
            "Acquire::Retries": "2",
            "Acquire::Check-Valid-Until": "false",
            "APT::Architecture": _architecture(),
        }
        flags = [part for key, value in options.items() for part in ("-o", f"{key}={value}")]
        return subprocess.run(
            ["apt-get", "-q", *flags, *_sandbox(), *arguments],
            cwd=cwd,
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )


def extract(package: Path, target: Path, without: Iterable[str] = ()) -> None:
    """Unpack a package's files under ``target``, but those that match a shell pattern."""
    target.mkdir(parents=True, exist_ok=True)
    skip = [f"--exclude={pattern}" for pattern in without]
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE
    ) as source:
        subprocess.run(
            ["tar", "-x", "-C", str(target), "--no-same-owner", "--wildcards", *skip],
            stdin=source.stdout,
            check=True,
        )
    if source.returncode != 0:
        raise RuntimeError(f"{package.name} cannot be unpacked")


def _sandbox() -> list[str]:
    """Let apt download into root's private folders, where its own user may not go."""
    return ["-o", "APT::Sandbox::User=root"] if os.geteuid() == 0 else []


def _architecture() -> str:
    done = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("E:", "W:", "Err:"))]
    return (telling or lines or ["no answer"])[-1 if not telling else 0]
