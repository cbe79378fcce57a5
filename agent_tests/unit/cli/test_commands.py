"""The command line as a person or a script uses it: output, JSON, exit codes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from agent_tests.lab.mariadb import free_port
from agent_tests.unit.cli.conftest import DB_PASSWORD, CommandLine

SYNC = ("sync", "products", "--connection", "main", "--direction", "to-erp")


def test_migrating_again_changes_nothing(shop: CommandLine) -> None:
    assert shop.json("migrate") == {"done": []}


def test_doctor_gives_findings_with_fixes(shop: CommandLine) -> None:
    found = shop.json("doctor", code=3)
    assert found["ok"] is True
    assert found["errors"] == 0
    levels = {f["check"]: f["level"] for f in found["findings"]}
    assert levels["database"] == "ok"
    assert levels["rights"] == "ok"
    assert levels["worker"] == "warning"
    assert levels["connection main: login"] == "ok"
    for finding in found["findings"]:
        assert finding["level"] == "ok" or (finding["cause"] and finding["fix"])
    human = shop.run("doctor", "--offline")
    assert human.code == 3
    assert "Fix:" in human.out
    assert "0 errors" in human.out


def test_connections_are_listed_tested_paused_and_resumed(shop: CommandLine) -> None:
    (item,) = [i for i in shop.json("connection", "list")["items"] if i["name"] == "main"]
    assert item["state"] == "active"
    assert item["has_secret"] is True
    assert shop.json("connection", "test", "main")["ok"] is True
    assert shop.json("connection", "pause", "main")["state"] == "paused"
    refused = shop.quick(*SYNC)
    assert refused.code == 2
    assert "connection.paused" in refused.err
    assert shop.json("connection", "resume", str(item["id"]))["state"] == "active"


def test_a_connection_is_added_changed_and_removed(shop: CommandLine, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("first-s3cret\n")
    made = shop.json(
        *("connection", "add", "--kind", "odoo", "--name", "other", "--url", shop.odoo.url),
        *("--database", "erp", "--user", "admin", "--secret-file", str(secret)),
        *("--set", "max_variants=7", "--set", "follow=no"),
    )
    assert made["settings"]["max_variants"] == 7
    assert made["settings"]["follow"] is False
    tested = shop.quick("connection", "test", "other")
    assert tested.code == 1
    assert "Fix:" in tested.out
    assert shop.add("other").code == 2, "the name is taken"
    changed = shop.quick("connection", "set", "other", "--secret-file", "-", stdin=shop.secret)
    assert changed.code == 0
    assert shop.quick("connection", "test", "other").code == 0
    away = ("connection", "set", "other", "--url", "http://127.0.0.1:9")
    refused = shop.quick(*away)
    assert refused.code == 2
    assert "--secret-file" in refused.err
    assert shop.json(*away, "--secret-file", "-", stdin="x")["settings"]["url"] == away[-1]
    assert shop.quick("connection", "remove", "other", stdin="n\n").code == 1
    assert shop.json("connection", "remove", "other", "--yes")["removed_mappings"] == 0
    assert shop.quick("connection", "remove", "other", "--yes").code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonsense",), "No such command"),
        (("sync", "abacuses", "--connection", "main"), "abacuses"),
        (("sync", "products"), "--connection"),
        (("sync", "products", "--connection", "nobody"), "There is no connection 'nobody'"),
        ((*SYNC, "--ids", "1", "--all"), "not both"),
        ((*SYNC, "--ids", "x"), "'x' is no key of products"),
        ((*SYNC, "--ids", ","), "No records were chosen"),
        ((*SYNC, "--since", "yesterday"), "is no date"),
        ((*SYNC, "--since", "2026-01-01"), "Leave --since out"),
        (("sync", "taxes", "--connection", "main"), "only mapped"),
        (
            ("sync", "customers", "--connection", "main", "--direction", "to-store"),
            "cannot be carried",
        ),
        (("job", "show", "999999"), "There is no job 999999"),
        (("job", "cancel", "999999"), "There is no job 999999"),
        (("held", "release", "999999"), "There is no task 999999"),
        (("map", "list", "abacuses", "--connection", "main"), "abacuses"),
        (("map", "unset", "products", "999", "--connection", "main"), "no mapping"),
        (("connection", "add", "--kind", "abacus", "--name", "x", "--secret-file", "-"), "abacus"),
        (("doctor", "--config", "/nowhere/agent.toml"), "/nowhere/agent.toml"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what(
    shop: CommandLine, arguments: tuple[str, ...], said: str
) -> None:
    ended = shop.quick(*arguments)
    assert ended.code == 2, ended.err
    assert said in ended.err
    assert ended.out == ""
    assert "Traceback" not in ended.err


def test_errors_are_one_document_with_json(shop: CommandLine) -> None:
    for arguments in (("job", "show", "999999"), ("sync",), ("nonsense",)):
        ended = shop.quick(*arguments, "--json")
        assert ended.code == 2
        error = ended.document["error"]
        assert set(error) >= {"code", "record", "cause", "fix", "retry"}


def test_a_wrong_configuration_is_named(shop: CommandLine, tmp_path: Path) -> None:
    config = tmp_path / "agent.toml"
    config.write_text('[database]\nhots = "x"\n')
    ended = shop.quick("doctor", env={"ERP_BRIDGE_CONFIG": str(config)})
    assert ended.code == 2
    assert "Did you mean key 'host'?" in ended.err
    ended = shop.quick("doctor", env={"ERP_BRIDGE_LOG_LEVEL": "loud"})
    assert ended.code == 2
    assert "ERP_BRIDGE_LOG_LEVEL" in ended.err


def test_a_database_that_is_away_ends_with_1(shop: CommandLine) -> None:
    away = {"ERP_BRIDGE_DATABASE_PORT": str(free_port())}
    ended = shop.quick("connection", "list", env=away)
    assert ended.code == 1
    assert "does not answer" in ended.err
    assert "database.unreachable" in ended.err
    assert "Traceback" not in ended.err
    debug = shop.run("connection", "list", "--debug", env=away)
    assert "Traceback" in debug.err
    wrong = shop.quick("connection", "list", env={"ERP_BRIDGE_DATABASE_PASSWORD": "wr0ng"})
    assert wrong.code == 2
    assert "database.login" in wrong.err
    assert "wr0ng" not in wrong.err


def test_a_dry_run_writes_nothing_and_shows_all(shop: CommandLine) -> None:
    before = shop.odoo.execute("product.template", "search_count", [])
    planned = shop.json(*SYNC, "--dry-run")
    assert planned["dry_run"] is True
    assert planned["counts"]["created"] >= 10
    actions = {r["detail"]["action"] for r in planned["records"] if r["outcome"] == "planned"}
    assert actions == {"create"}
    assert shop.odoo.execute("product.template", "search_count", []) == before
    rows = shop.json("map", "list", "products", "--connection", "main")["items"]
    assert {row["state"] for row in rows} == {"new"}


def test_a_synchronization_its_mappings_and_its_failures(shop: CommandLine, tmp_path: Path) -> None:
    first = shop.run(*SYNC)
    assert first.code == 0, first.out + first.err
    assert "created" in first.out
    assert "job " in first.err, "progress goes to stderr"
    again = shop.json(*SYNC, "--all")
    counts = again["counts"]
    assert counts["unchanged"] == counts["read"] > 10
    assert counts["created"] == counts["updated"] == 0

    shop.sql("UPDATE oc_product SET price = price + 1 ORDER BY product_id LIMIT 2")
    shop.sql(
        "UPDATE oc_product_description SET name = '' WHERE product_id ="
        " (SELECT MIN(product_id) FROM oc_product)"
    )
    failed = shop.run(*SYNC, "--json")
    assert failed.code == 3, failed.out + failed.err
    assert failed.document["counts"]["failed"] == 1
    assert failed.document["counts"]["updated"] == 1
    (record,) = [r for r in failed.document["records"] if r["outcome"] == "failed"]
    assert record["cause"]
    assert record["fix"]
    assert record["code"]
    shown = shop.quick("job", "show", str(failed.document["id"]))
    assert shown.code == 3
    assert record["cause"] in shown.out
    assert shop.json("job", "list", "--limit", "1")["items"][0]["id"] == failed.document["id"]

    shop.sql("UPDATE oc_product_description SET name = 'Named' WHERE name = ''")
    assert shop.json("job", "retry", str(failed.document["id"]))["counts"]["failed"] == 0

    one = shop.json(*SYNC, "--ids", record["store_key"])
    assert one["counts"]["read"] == 1

    exported = shop.quick("map", "export", "products", "--connection", "main")
    assert exported.code == 0
    rows = list(csv.DictReader(io.StringIO(exported.out)))
    assert len(rows) == 10
    assert set(rows[0]) == {"store_key", "erp_id", "label", "state"}
    file = tmp_path / "map.json"
    shop.json("map", "export", "products", "--connection", "main", "--file", str(file))
    assert len(json.loads(file.read_text())["items"]) == 10

    key, erp_id = rows[0]["store_key"], rows[0]["erp_id"]
    shop.json("map", "unset", "products", key, "--connection", "main")
    taken = tmp_path / "map.csv"
    taken.write_text(f"store_key,erp_id\n{key},{erp_id}\n{key},424242\n999999,{erp_id}\n")
    result = shop.json("map", "import", "products", str(taken), "--connection", "main", code=3)
    assert (result["linked"], result["failed"]) == (1, 2)
    assert all(error["fix"] for error in result["errors"])
    auto = shop.json("map", "auto", "products", "--connection", "main", "--dry-run")
    assert auto["counts"]["linked"] == 0
    linked = shop.json("map", "set", "products", key, erp_id, "--connection", "main")
    assert linked["origin"] == "manual"
    assert shop.json("map", "exclude", "products", key, "--connection", "main")["state"] == (
        "excluded"
    )
    shop.json("map", "include", "products", key, "--connection", "main")
    assert shop.json("held", "list")["items"] == []


def test_an_erp_that_is_away_is_told_and_the_job_stays(shop: CommandLine) -> None:
    assert shop.add("away", url="http://127.0.0.1:9").code == 0
    ended = shop.quick("sync", "categories", "--connection", "away", "--patience", "0", "--json")
    assert ended.code == 1, ended.out + ended.err
    error = ended.document["error"]
    assert error["code"] == "erp.unreachable"
    assert error["record"].startswith("job ")
    job = error["record"].split()[1]
    assert shop.json("job", "show", job)["state"] == "running"
    assert shop.json("job", "cancel", job)["state"] == "cancelled"
    assert shop.quick("connection", "remove", "away", "--yes").code == 0


def test_a_connection_with_buttons_is_removed_after_them(shop: CommandLine) -> None:
    assert shop.add("buttoned").code == 0
    assert shop.quick("connection", "install-buttons", "buttoned").code == 0
    refused = shop.quick("connection", "remove", "buttoned", "--yes")
    assert refused.code == 2, refused.out + refused.err
    assert "connection.has_buttons" in refused.err
    assert "erp-bridge connection remove-buttons buttoned" in refused.err
    assert shop.quick("connection", "remove-buttons", "buttoned").code == 0
    assert shop.quick("connection", "remove", "buttoned", "--yes").code == 0


def test_a_connection_whose_erp_is_gone_is_removed_on_demand(shop: CommandLine) -> None:
    assert shop.add("lost").code == 0
    assert shop.quick("connection", "install-buttons", "lost").code == 0
    gone = ("connection", "remove", "lost", "--yes", "--leave-buttons")
    assert shop.quick(*gone).code == 0
    assert shop.add("found").code == 0, "the ERP has the buttons still, and is there"
    assert shop.quick("connection", "remove-buttons", "found").code == 0
    assert shop.quick("connection", "remove", "found", "--yes").code == 0


def test_a_refused_login_pauses_the_connection(shop: CommandLine) -> None:
    assert shop.add("locked", secret="wr0ng-s3cret").code == 0
    ended = shop.quick("sync", "categories", "--connection", "locked")
    assert ended.code == 2, ended.out + ended.err
    assert "erp.login" in ended.err
    (item,) = [i for i in shop.json("connection", "list")["items"] if i["name"] == "locked"]
    assert item["state"] == "paused"
    assert item["paused"]["fix"]
    (job,) = shop.json("job", "list", "--connection", "locked")["items"]
    shop.json("job", "cancel", str(job["id"]))
    assert shop.quick("connection", "remove", "locked", "--yes").code == 0


def test_pairing_keys_are_shown_and_rotated(shop: CommandLine) -> None:
    first = shop.quick("pairing", "show").out.strip()
    assert first.startswith("erpb1.")
    second = shop.quick("pairing", "rotate").out.strip()
    assert second != first
    shown = shop.quick("pairing", "show", "--json").document
    assert shown["key"] == second
    assert len(shown["keys"]) == 2
    assert shop.quick("pairing", "rotate", "--retire-old").code == 0
    assert len(shop.quick("pairing", "show", "--json").document["keys"]) == 1


def test_the_encryption_key_is_rotated(shop: CommandLine) -> None:
    assert shop.json("keys", "rotate")["reencrypted"] >= 1
    assert shop.quick("connection", "test", "main").code == 0


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"ERP_BRIDGE_AGENT_BIND": "0.0.0.0"}, "config.bind"),
        (
            {"ERP_BRIDGE_AGENT_BIND": "::", "ERP_BRIDGE_SECURITY_ALLOW_REMOTE": "true"},
            "config.bind_tls",
        ),
    ],
)
def test_serve_refuses_to_listen_for_others(
    shop: CommandLine, env: dict[str, str], said: str
) -> None:
    ended = shop.run("serve", env=env)
    assert ended.code == 2
    assert said in ended.err


def test_the_sample_shop_is_made_once(shop: CommandLine) -> None:
    ended = shop.quick("sandbox", "store", "--products", "1")
    assert ended.code == 2
    assert "sandbox.not_empty" in ended.err


def test_nothing_secret_was_said(shop: CommandLine) -> None:
    """Runs last in this file: looks through everything the commands above printed."""
    assert len(shop.said) > 50
    pairing = shop.quick("pairing", "show").out.strip().split(".")[2]
    for text in shop.said:
        for secret in (DB_PASSWORD, pairing, "first-s3cret", "wr0ng-s3cret"):
            assert secret not in text
