"""Writes the agent's configuration file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

Value = str | int | bool | None


def render(sections: Mapping[str, Mapping[str, Value]]) -> str:
    """Return sections as TOML; a None value leaves its key out."""
    lines = ["# Settings of ERP Bridge. Every key can also be set as ERP_BRIDGE_<SECTION>_<KEY>."]
    for section, values in sections.items():
        lines += ["", f"[{section}]"]
        lines += [f"{key} = {_toml(value)}" for key, value in values.items() if value is not None]
    return "\n".join(lines) + "\n"


def _toml(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    if any(ord(c) < 32 for c in escaped):
        raise ValueError("a setting has a control character in it")
    return f'"{escaped}"'


def write_private(path: Path, text: str) -> None:
    """Write ``text`` so that only the owner can read it, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(path.suffix + ".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
