"""Every address of the API against a sample shop and a sandbox Odoo."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from agent.errors import Held
from agent.ledger import JobRequest, NewTask
from agent.services.background import make_worker
from agent.services.buttons import is_hook
from agent_tests.unit.http.client import Client
from agent_tests.unit.http.conftest import SHOP_URL, Agent

JOB_KEYS = {
    "id",
    "connection",
    "entity",
    "direction",
    "origin",
    "requested_by",
    "dry_run",
    "state",
    "total",
    "counts",
    "stage",
    "error",
    "created_at",
    "started_at",
    "finished_at",
}


def test_ping_tells_shop_and_warnings(client: Client) -> None:
    found = client.get("/v1/ping")
    assert found["shop"] == {
        "database": "http_api",
        "prefix": "oc_",
        "name": found["shop"]["name"],
        "url": SHOP_URL,
        "schema": "4.0",
        "products": 12,
    }
    assert found["version"]
    assert found["time"].endswith("+00:00")
    codes = {w["code"] for w in found["warnings"]}
    assert "database.rights_wide" in codes, "the tests work as root"
    for finding in found["warnings"]:
        assert finding["cause"]
        assert finding["fix"]


def test_kinds_tell_what_to_fill_in(client: Client) -> None:
    kinds = {k["kind"]: k for k in client.get("/v1/connection-kinds")["items"]}
    assert list(kinds) == ["odoo", "sap_b1"]
    fields = {f["name"]: f for f in kinds["odoo"]["fields"]}
    assert fields["url"]["type"] == "url"
    assert fields["url"]["required"] is True
    assert fields["company"]["choices"] is True
    assert fields["secret"]["type"] == "password"
    assert fields["follow"]["type"] == "boolean"
    assert fields["code_from"]["options"][0] == {"value": "sku", "label": "SKU"}


def test_a_connection_lives_and_dies(client: Client, agent: Agent) -> None:
    made = client.post("/v1/connections", agent.draft(name="mortal"), 201)
    one = f"/v1/connections/{made['id']}"
    assert made["state"] == "active"
    assert made["has_secret"] is True
    assert "secret" not in made
    assert client.get(one) == made
    assert made in client.get("/v1/connections?limit=200")["items"]

    changed = client.expect(200, "PATCH", one, {"settings": {"max_variants": 50}, "secret": ""})
    assert changed["settings"]["max_variants"] == 50
    assert changed["settings"]["user"] == "admin"
    tested = client.post(f"{one}/test")
    assert tested["ok"] is True, [f for f in tested["findings"] if f["level"] == "error"]
    assert client.post("/v1/connections", agent.draft(name="mortal"), 409)["error"]["code"] == (
        "connection.name_taken"
    )

    paused = client.post(f"{one}/pause")
    assert paused["state"] == "paused"
    assert set(paused["paused"]) == {"code", "cause", "fix"}
    job = {"connection": made["id"], "entity": "categories"}
    assert client.post("/v1/jobs", job, 409)["error"]["code"] == "connection.paused"
    assert client.post(f"{one}/resume")["state"] == "active"

    client.expect(204, "DELETE", one)
    client.get(one, 404)
    client.expect(404, "DELETE", one)


def test_what_is_tested_is_not_stored(client: Client, agent: Agent) -> None:
    before = client.get("/v1/connections?limit=200")
    good = client.post("/v1/connections/test", agent.draft(name="unstored"))
    assert good["ok"] is True
    assert all(f["level"] != "error" for f in good["findings"])
    bad = client.post("/v1/connections/test", agent.draft(secret="wrong"))
    assert bad["ok"] is False
    (finding,) = [f for f in bad["findings"] if f["level"] == "error"]
    assert finding["fix"]
    assert "wrong" not in finding["cause"]
    assert client.get("/v1/connections?limit=200") == before


def test_a_stored_connection_is_tested_with_changes(
    client: Client, agent: Agent, connection: int
) -> None:
    assert client.post("/v1/connections/test", {"id": connection})["ok"] is True
    changed = {"id": connection, "settings": {"database": "elsewhere"}}
    assert client.post("/v1/connections/test", changed)["ok"] is False
    away = {"settings": {"url": "http://127.0.0.1:9"}}
    for method, path, body in (
        ("POST", "/v1/connections/test", {"id": connection, **away}),
        ("PATCH", f"/v1/connections/{connection}", away),
    ):
        error = client.expect(422, method, path, body)["error"]
        assert error["code"] == "connection.secret_again"
        assert list(error["fields"]) == ["secret"]
    stored = client.get(f"/v1/connections/{connection}")
    assert stored["settings"]["database"] == agent.odoo.database


def test_the_form_of_a_copied_shop_opens_and_gives_the_reason(
    client: Client, agent: Agent, connection: int
) -> None:
    one = f"/v1/connections/{connection}"
    agent.services.settings.set("shop_fingerprint", "another shop")
    try:
        for method, path, body in (
            ("GET", f"{one}/choices/company", None),
            ("GET", f"{one}/prepare", None),
            ("POST", f"{one}/prepare", None),
            ("POST", f"{one}/test", None),
            ("POST", "/v1/connections/test", {"id": connection, "settings": {"user": "admin"}}),
        ):
            error = client.expect(409, method, path, body)["error"]
            assert error["code"] == "connection.cloned", path
            assert error["fix"]
        assert client.get(one)["paused"]["code"] == "connection.cloned"
        client.expect(200, "PATCH", one, {"settings": {"follow": False}})
    finally:
        client.post(f"{one}/resume")
    assert client.get(f"{one}/choices/company")["items"]


def test_wrong_settings_are_told_by_field(client: Client, agent: Agent) -> None:
    draft = agent.draft(name="x")
    draft["settings"] |= {"url": "no address", "max_variants": "many", "databse": "x"}
    error = client.post("/v1/connections", draft, 422)["error"]
    assert set(error["fields"]) == {"settings.url", "settings.max_variants", "settings.databse"}
    draft = agent.draft(name="x")
    draft["settings"]["max_variants"] = 5000
    error = client.post("/v1/connections", draft, 422)["error"]
    assert set(error["fields"]) == {"settings.max_variants"}
    error = client.post("/v1/connections", {"name": "x", "kind": "abacus"}, 422)["error"]
    assert set(error["fields"]) == {"kind"}


def test_choices_come_from_the_live_erp(client: Client, connection: int) -> None:
    companies = client.get(f"/v1/connections/{connection}/choices/company")["items"]
    assert companies
    assert set(companies[0]) == {"value", "label"}
    fixed = client.get(f"/v1/connections/{connection}/choices/code_from")["items"]
    assert fixed[0] == {"value": "sku", "label": "SKU"}
    client.get(f"/v1/connections/{connection}/choices/user", 404)
    client.get("/v1/connections/999999/choices/company", 404)


@pytest.fixture(scope="module")
def synchronized(agent: Agent, connection: int) -> dict[str, Any]:
    """Give a finished job over the whole catalogue."""
    body = {
        "connection": connection,
        "entity": "products",
        "direction": "to-erp",
        "mode": "all",
        "ids": [],
        "dry_run": False,
        "requested_by": "anna",
    }
    job = agent.client.post("/v1/jobs", body, 202)
    assert set(job) == JOB_KEYS
    assert job["state"] == "queued"
    assert job["requested_by"] == "anna"
    assert job["origin"] == "admin"
    finish(agent, job["id"])
    done: dict[str, Any] = agent.client.get(f"/v1/jobs/{job['id']}")
    return done


def finish(agent: Agent, job_id: int) -> None:
    """Let a worker do a job to its end."""
    ended = make_worker(agent.services, "w").run_until_job_ends(job_id, stop=threading.Event())
    assert ended.state.final


def test_a_job_carries_the_catalogue(
    client: Client, agent: Agent, synchronized: dict[str, Any]
) -> None:
    assert synchronized["state"] == "done", synchronized["error"]
    assert synchronized["counts"]["created"] > 12
    assert synchronized["started_at"]
    assert synchronized["finished_at"].endswith("Z")
    names = {
        row["name"] for row in agent.odoo.execute("product.template", "search_read", [], ["name"])
    }
    mapped = client.get(f"/v1/mappings/products?connection={synchronized['connection']}")
    assert mapped["total"] >= 12
    linked = [item for item in mapped["items"] if item["state"] == "linked"]
    assert {item["label"] for item in linked} <= names
    assert linked[0]["erp_url"].startswith(agent.odoo.url)


def test_jobs_are_listed_and_filtered(client: Client, synchronized: dict[str, Any]) -> None:
    found = client.get("/v1/jobs?entity=products&state=done&limit=1&page=1")
    assert found["items"][0]["id"] == synchronized["id"]
    assert found["limit"] == 1
    assert client.get("/v1/jobs?state=cancelled&connection=1&entity=taxes")["items"] == []
    client.get("/v1/jobs/999999", 404)
    client.get("/v1/jobs/99999999999999", 404)
    client.get("/v1/jobs/abc", 404)


def test_a_dry_run_lists_what_it_would_write(
    client: Client, agent: Agent, connection: int, synchronized: dict[str, Any]
) -> None:
    del synchronized
    with agent.services.database.cursor() as cursor:
        cursor.execute("UPDATE oc_product SET price = price + 1 ORDER BY product_id LIMIT 1")
        cursor.execute("SELECT MIN(product_id) FROM oc_product")
        key = str(cursor.fetchone()[0])
    body = {
        "connection": connection,
        "entity": "products",
        "mode": "ids",
        "ids": [key],
        "dry_run": True,
    }
    job = client.post("/v1/jobs", body, 202)
    finish(agent, job["id"])
    records = client.get(f"/v1/jobs/{job['id']}/records?outcome=planned")
    (planned,) = [r for r in records["items"] if r["store_key"] == key]
    assert planned["detail"]["action"] == "update"
    assert "price" in planned["detail"]["fields"]
    client.get("/v1/jobs/999999/records", 404)


def test_jobs_are_cancelled_and_retried(client: Client, agent: Agent, connection: int) -> None:
    job = client.post("/v1/jobs", {"connection": connection, "entity": "categories"}, 202)
    assert client.post(f"/v1/jobs/{job['id']}/cancel")["state"] == "cancelled"
    again = client.post(f"/v1/jobs/{job['id']}/retry")
    assert again["state"] == "running"
    finish(agent, job["id"])
    assert client.get(f"/v1/jobs/{job['id']}")["state"] == "done"
    error = client.post(f"/v1/jobs/{job['id']}/retry", status=409)["error"]
    assert error["code"] == "job.state"
    for call in ("cancel", "retry"):
        client.post(f"/v1/jobs/999999/{call}", status=404)


@pytest.mark.parametrize(
    "body",
    [
        {"entity": "taxes"},
        {"entity": "stock"},
        {"entity": "customers", "direction": "to-store"},
        {"entity": "stock", "direction": "to-store", "mode": "ids"},
        {"entity": "products", "mode": "ids"},
        {"entity": "products", "mode": "ids", "ids": ["option:1"]},
        {"entity": "attributes", "mode": "ids", "ids": ["1"]},
        {"entity": "nothing"},
        {"entity": "products", "mode": "some"},
        {"entity": "products", "ids": [1]},
        {"entity": "products", "dry_run": "yes"},
    ],
)
def test_jobs_that_cannot_be(client: Client, connection: int, body: dict[str, Any]) -> None:
    error = client.post("/v1/jobs", {"connection": connection, **body}, 422)["error"]
    assert error["fields"]


def test_mappings_are_made_and_forgotten_by_hand(
    client: Client, connection: int, synchronized: dict[str, Any]
) -> None:
    del synchronized
    rows = client.get(f"/v1/mappings/categories?connection={connection}&sort=label&order=desc")
    labels = [item["label"].lower() for item in rows["items"]]
    assert labels == sorted(labels, reverse=True)
    item = rows["items"][0]
    one = f"/v1/mappings/categories/{item['store_key']}"
    client.expect(204, "DELETE", f"{one}?connection={connection}")
    client.expect(404, "DELETE", f"{one}?connection={connection}")
    unlinked = client.get(f"/v1/mappings/categories?connection={connection}&state=new")
    assert item["store_key"] in {row["store_key"] for row in unlinked["items"]}
    linked = client.expect(200, "PUT", one, {"connection": connection, "erp_id": item["erp_id"]})
    assert linked["erp_id"] == item["erp_id"]
    assert linked["origin"] == "manual"
    client.expect(422, "PUT", one, {"connection": connection, "erp_id": "999999"})
    client.expect(422, "PUT", one, {"connection": connection})
    client.expect(404, "PUT", "/v1/mappings/abacuses/1", {"connection": connection, "erp_id": "1"})
    other = rows["items"][1]
    error = client.expect(409, "PUT", one, {"connection": connection, "erp_id": other["erp_id"]})[
        "error"
    ]
    assert error["code"] == "mapping.taken"


def test_keys_with_a_slash_are_one_key(
    client: Client, connection: int, synchronized: dict[str, Any]
) -> None:
    del synchronized
    rows = client.get(f"/v1/mappings/attribute-values?connection={connection}")["items"]
    key = rows[0]["store_key"]
    assert "/" in key
    escaped = key.replace(":", "%3A").replace("/", "%2F")
    for form in (key, escaped):
        body = {"connection": connection}
        excluded = client.post(f"/v1/mappings/attribute-values/{form}/exclude", body)
        assert excluded["store_key"] == key
        assert excluded["state"] == "excluded"
        assert client.post(f"/v1/mappings/attribute-values/{form}/include", body)["state"] != (
            "excluded"
        )


def test_counterparts_are_found(
    client: Client, agent: Agent, connection: int, synchronized: dict[str, Any]
) -> None:
    del synchronized
    name = client.get(f"/v1/mappings/products?connection={connection}&limit=1")["items"][0]["label"]
    found = client.get(f"/v1/mappings/products/candidates?connection={connection}&q={name[:6]}")
    assert found["items"]
    assert set(found["items"][0]) == {"erp_id", "label"}
    auto = client.post("/v1/mappings/products/auto", {"connection": connection, "dry_run": True})
    assert set(auto) == {"items", "total", "remaining", "after"}
    client.post("/v1/mappings/stock/auto", {"connection": connection}, 422)
    error = client.post(
        "/v1/mappings/products/auto", {"connection": connection, "after": "Frieda"}, 422
    )["error"]
    assert set(error["fields"]) == {"after"}
    del agent


def test_held_work_is_released_and_dropped(client: Client, agent: Agent, connection: int) -> None:
    ledger = agent.services.ledger
    ledger.create_job(
        JobRequest(connection, "products", "to-erp", "cli"),
        [NewTask("a", "nothing"), NewTask("b", "nothing")],
    )
    held = []
    for _ in range(2):
        lease = ledger.claim("t")
        assert lease is not None
        ledger.hold(lease, Held("It waits", fix="Decide."))
        held.append(lease.task.id)
    rows = client.get(f"/v1/held?connection={connection}")
    assert {row["id"] for row in rows["items"]} == set(held)
    assert rows["items"][0]["error"]["fix"] == "Decide."
    assert client.post(f"/v1/held/{held[0]}/drop")["state"] == "cancelled"
    assert client.post(f"/v1/held/{held[1]}/release")["state"] == "ready"
    assert client.post(f"/v1/held/{held[1]}/drop", status=409)["error"]["code"] == "job.state"
    client.post("/v1/held/999999/release", status=404)
    ledger.cancel_job(rows["items"][0]["job"])


def test_an_erp_that_is_away_is_told(client: Client, agent: Agent, connection: int) -> None:
    draft = agent.draft(name="away")
    draft["settings"]["url"] = "http://127.0.0.1:9"
    made = client.post("/v1/connections", draft, 201)
    error = client.get(f"/v1/connections/{made['id']}/choices/company", 502)["error"]
    assert error["retry"] is True
    assert error["code"] == "erp.unreachable"
    assert client.post(f"/v1/connections/{made['id']}/test")["ok"] is False
    client.expect(204, "DELETE", f"/v1/connections/{made['id']}")


def test_a_connection_with_buttons_is_not_removed_unasked(client: Client, agent: Agent) -> None:
    made = client.post("/v1/connections", agent.draft(name="buttoned"), 201)["id"]
    names = [f"{kind}.{made}" for kind in ("buttons", "board", "presses")]
    for name, value in zip(
        names, ('{"installed": true, "token": "t0ken"}', "{}", "{}"), strict=True
    ):
        agent.services.settings.set(name, value)
    error = client.expect(409, "DELETE", f"/v1/connections/{made}")["error"]
    assert error["code"] == "connection.has_buttons"
    assert "remove-buttons" in error["fix"]
    assert client.get(f"/v1/connections/{made}")["name"] == "buttoned"
    assert is_hook(agent.services, made, "t0ken")
    client.expect(204, "DELETE", f"/v1/connections/{made}?leave_buttons=true")
    assert [agent.services.settings.get(name) for name in names] == [None] * 3
    assert not is_hook(agent.services, made, "t0ken")


def test_health_and_measurements(client: Client) -> None:
    health = client.send("GET", "/health", b"", {})
    assert health.status_code == 503
    assert health.json()["status"] == "degraded"
    assert health.json()["checks"]["worker"] == "worker.none"
    measured = client.send("GET", "/metrics", b"", {})
    assert measured.headers["Content-Type"].startswith("text/plain")
    assert "erp_bridge_build_info" in measured.text


def test_no_secret_leaves_the_agent(client: Client, agent: Agent, connection: int) -> None:
    """Look for both secrets in everything that a reader can ask for."""
    secret = "s3cr3t-Pa55word-to-look-for"
    made = client.post("/v1/connections", agent.draft(name="spy", secret=secret), 201)
    one = f"/v1/connections/{made['id']}"
    seen = [str(made)]
    for method, target, body in (
        ("GET", "/v1/ping", None),
        ("GET", "/v1/connections", None),
        ("GET", one, None),
        ("PATCH", one, {"secret": secret + "2"}),
        ("PATCH", one, {"secret": 5}),
        ("POST", f"{one}/test", None),
        ("POST", "/v1/connections/test", agent.draft(secret=secret)),
        ("POST", "/v1/connections", agent.draft(name="spy", secret=secret)),
        ("POST", "/v1/connections", {"secret": secret, "name": "n"}),
        ("GET", f"{one}/choices/company", None),
        ("GET", f"/v1/connections/{connection}", None),
    ):
        seen.append(client.call(method, target, body).text)
    public = ("/openapi.json", "/metrics", "/health")
    seen += [client.send("GET", target, b"", {}).text for target in public]
    client.expect(204, "DELETE", one)
    for text in seen:
        assert secret not in text
        assert agent.services.pairing.current().token().split(".")[2] not in text
