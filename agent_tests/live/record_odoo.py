"""Writes the sandbox's facts anew from real servers.

    python -m agent_tests.live.record_odoo [--facts | --answers [CASE...]]

starts a real Odoo 19 and 14 (see ``agent_tests/lab/odoo.py``) and writes

- ``schema-<version>.json`` (models, fields, rights, groups), ``records-<version>.json`` (what a
  fresh database holds) and ``places.json`` (currencies, countries, states, languages) into
  ``agent/sandbox/odoo``;
- the answers to all of ``agent_tests/live/fidelity`` into ``agent_tests/unit/sandbox_odoo``.

Run it when the sandbox shall serve more models, or is asked more.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from agent_tests.lab.odoo import OdooDatabase, start_odoo
from agent_tests.live.fidelity import CASES, ask
from agent_tests.live.fidelity.talk import Talk
from agent_tests.live.recorder import Recorder

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "agent" / "sandbox" / "odoo"
ANSWERS = ROOT / "agent_tests" / "unit" / "sandbox_odoo"


def _write(name: str, text: str) -> None:
    (TARGET / name).write_text(text + "\n", encoding="utf-8")


def schema_text(schema: dict[str, Any]) -> str:
    """Return the schema as JSON with a line per field."""

    def dump(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    models = []
    for name, model in schema["models"].items():
        head = {key: value for key, value in model.items() if key != "fields"}
        fields = ",\n".join(
            f"  {dump(key)}: {dump(value)}" for key, value in model["fields"].items()
        )
        models.append(f' {dump(name)}: {dump(head)[:-1]}, "fields": {{\n{fields}\n }}}}')
    groups = ",\n".join(f"  {dump(k)}: {dump(v)}" for k, v in schema["groups"].items())
    body = ",\n".join(models)
    return (
        f'{{"version": {dump(schema["version"])},\n "groups": {{\n{groups}\n }},\n'
        f' "models": {{\n{body}\n }}}}'
    )


def lines(values: list[Any]) -> str:
    """Return a list as JSON with a line per item."""
    return "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in values) + "\n]"


def install_french(odoo: OdooDatabase) -> None:
    """Turn a second language on, unless it is."""
    domain = [("code", "=", "fr_FR")]
    if odoo.rpc("res.lang", "search_count", domain):
        return
    found = odoo.rpc("res.lang", "search", domain, context={"active_test": False})
    odoo.rpc("res.lang", "write", found, {"active": True})


def record_facts(odoo: OdooDatabase) -> None:
    """Write schema, records and places of one version."""
    recorder = Recorder(odoo)
    _write(f"schema-{odoo.version}.json", schema_text(recorder.schema()))
    _write(f"records-{odoo.version}.json", lines(recorder.records()))
    if odoo.version == "19":
        parts = [f'"{name}": {lines(rows)}' for name, rows in recorder.places().items()]
        _write("places.json", "{" + ",\n".join(parts) + "}")


def record_answers(odoo: OdooDatabase, wanted: list[str]) -> None:
    """Write what one version answers to the scenarios whose ids begin as wanted; else to all."""
    install_french(odoo)
    path = ANSWERS / f"answers-{odoo.version}.json"
    known = json.loads(path.read_text("utf-8")) if wanted else {}
    for case in CASES:
        if case.version != odoo.version or not case.id.startswith(tuple(wanted or [""])):
            continue
        answers = ask(case, Talk(case.version, odoo.url, odoo.database, key=odoo.api_key))
        known[case.id] = [json.loads(one) for one in answers]
        sys.stdout.write(f"{case.id}: {len(answers)} answers\n")
    asked = [c.id for c in CASES if c.version == odoo.version and c.id in known]
    body = ",\n".join(f"{json.dumps(name)}: {lines(known[name])}" for name in asked)
    path.write_text("{" + body + "}\n", encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Record both versions."""
    parser = argparse.ArgumentParser(description="Record what real servers answer.")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--facts", action="store_true", help="only the sandbox's facts")
    only.add_argument("--answers", action="store_true", help="only the answers to the scenarios")
    parser.add_argument("case", nargs="*", help="how the ids of the wanted scenarios begin")
    given = parser.parse_args(arguments)
    for version in ("14", "19"):
        server = start_odoo(version)
        try:
            if not given.answers:
                record_facts(server)
            if not given.facts:
                record_answers(server, given.case)
        finally:
            server.stop()
        sys.stdout.write(f"Odoo {version}: recorded\n")


if __name__ == "__main__":
    main(sys.argv[1:])
