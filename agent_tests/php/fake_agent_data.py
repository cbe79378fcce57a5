"""What the stand-in for the agent knows: connections, mappings and jobs, in memory."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

from fake_agent_orders import Answer, Refusal
from fake_agent_samples import (
    ACTIONS,
    KINDS,
    connection_sample,
    finding,
    held_task,
    mappings,
    now,
    page,
    planned,
    record,
)
from fake_agent_two_ways import TwoWayData

_ENTITIES = (
    "attributes",
    "attribute-values",
    "categories",
    "manufacturers",
    "products",
    "variants",
    "stock",
    "prices",
    "taxes",
    "customers",
    "orders",
    "order-status",
    "tax-rates",
    "currencies",
    "carriers",
    "payment-methods",
)


class Data(TwoWayData):
    """Answers calls. ``call`` is safe to use from several threads."""

    def __init__(self, database: str, prefix: str, url: str = "", *, empty: bool = False) -> None:
        super().__init__()
        self.shop = {
            "database": database,
            "prefix": prefix,
            "name": "Your Store",
            "url": url,
            "schema": "4.1",
            "products": 19,
        }
        self.jobs: list[dict[str, Any]] = []
        self.held: list[dict[str, Any]] = []
        self.connections: list[dict[str, Any]] = []
        self.mappings = {e: mappings(e) for e in _ENTITIES}
        self.calls: list[tuple[str, str, Any]] = []
        self._lock = threading.Lock()
        if not empty:
            self.connections.append(connection_sample(1, "Odoo main"))
            self.held.append(held_task())

    def call(self, method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        """Return status and JSON of one call; raises :class:`Refusal`."""
        with self._lock:
            self.calls.append((method, path, body or query))
            for verb, pattern, answer in self._routes():
                found = re.fullmatch(pattern, path)
                if verb == method and found:
                    return answer(*found.groups(), query=query, body=body)
        raise Refusal(404, "request.address", "There is nothing here", "Look elsewhere.")

    def _routes(self) -> list[tuple[str, str, Callable[..., Answer]]]:
        one, job = r"/v1/connections/(\d+)", r"/v1/jobs/(\d+)"
        entity = r"/v1/mappings/([a-z-]+)"
        return [
            ("GET", r"/v1/ping", self._ping),
            ("GET", r"/v1/connection-kinds", lambda **_: (200, {"items": KINDS})),
            ("GET", r"/v1/connections", lambda query, **_: (200, page(self.connections, query))),
            ("POST", r"/v1/connections", self._add),
            ("POST", r"/v1/connections/test", self._test),
            ("GET", one, lambda i, **_: (200, self._connection(i))),
            ("PATCH", one, self._change),
            ("DELETE", one, self._remove),
            ("POST", one + r"/test", lambda i, **_: self._test(body=self._connection(i))),
            ("POST", one + r"/(pause|resume)", self._pause),
            ("GET", one + r"/choices/(\w+)", self._choices),
            ("POST", r"/v1/jobs", self._start),
            ("GET", r"/v1/jobs", self._list_jobs),
            ("GET", job, lambda i, **_: (200, self._advance(self._job(i)))),
            ("POST", job + r"/(cancel|retry)", self._change_job),
            ("GET", job + r"/records", self._records),
            ("GET", entity, self._list),
            ("GET", entity + r"/candidates", self._candidates),
            ("POST", entity + r"/auto", self._auto),
            ("PUT", entity + r"/([^/]+)", self._link),
            ("DELETE", entity + r"/([^/]+)", self._unlink),
            ("POST", entity + r"/([^/]+)/(exclude|include)", self._exclude),
            ("GET", r"/v1/held", lambda query, **_: (200, page(self.held, query))),
            ("POST", r"/v1/held/(\d+)/(release|drop)", self._end_held),
            ("GET", r"/v1/waiting", self._list_waiting),
            ("POST", r"/v1/waiting/([a-z-]+)/([^/]+)/(release|drop)", self._end_waiting),
            ("GET", r"/v1/orders/numbers", self._numbers),
            ("GET", one + r"/status-back", self._show_back),
            ("PUT", one + r"/status-back", self._store_back),
            ("GET", r"/v1/conflicts", self._list_conflicts),
            ("POST", r"/v1/conflicts/([a-z-]+)/([^/]+)", self._settle),
            ("GET", one + r"/price-lists", self._show_lists),
            ("PUT", one + r"/price-lists", self._store_lists),
            ("GET", one + r"/prepare", self._show_prepared),
            ("POST", one + r"/prepare", self._prepare),
            ("GET", one + r"/buttons", self._show_buttons),
            ("PUT", one + r"/buttons", self._set_buttons),
        ]

    def _ping(self, **_: Any) -> Answer:
        return 200, {"version": "1.0.0", "time": now(), "shop": dict(self.shop), "warnings": []}

    # connections

    def _connection(self, number: str) -> dict[str, Any]:
        for item in self.connections:
            if item["id"] == int(number):
                return item
        raise Refusal(404, "connection.missing", "There is no such connection", "Reload the page.")

    def _checked(self, body: dict[str, Any], stored: bool) -> dict[str, Any]:
        wrong = {}
        settings = body.get("settings", {})
        if not body.get("name"):
            wrong["name"] = ["A name is needed."]
        for field in KINDS[0]["fields"]:
            if field["type"] == "password":
                if not stored and not body.get("secret"):
                    wrong["secret"] = [f"{field['label']} is needed."]
            elif field["required"] and not settings.get(field["name"]):
                wrong[f"settings.{field['name']}"] = [f"{field['label']} is needed."]
        if wrong:
            raise Refusal(422, "input.invalid", "Fields are wrong", "Correct them.", wrong)
        return settings

    def _add(self, body: dict[str, Any], **_: Any) -> Answer:
        settings = self._checked(body, stored=False)
        item = connection_sample(
            max([c["id"] for c in self.connections], default=0) + 1, body["name"]
        )
        item.update(settings=settings, kind=body["kind"])
        self.connections.append(item)
        return 201, item

    def _change(self, number: str, body: dict[str, Any], **_: Any) -> Answer:
        item = self._connection(number)
        item["settings"] = self._checked(body, stored=True)
        item["name"] = body["name"]
        return 200, item

    def _remove(self, number: str, **_: Any) -> Answer:
        self.connections.remove(self._connection(number))
        return 204, None

    def _pause(self, number: str, action: str, **_: Any) -> Answer:
        item = self._connection(number)
        item["state"] = "paused" if action == "pause" else "active"
        item["paused"] = (
            {"code": "connection.paused", "cause": "It was paused by hand", "fix": "Resume it."}
            if action == "pause"
            else None
        )
        return 200, item

    def _test(self, body: dict[str, Any], **_: Any) -> Answer:
        findings = [finding("ok", "Odoo 19.0 answers, and the login is right")]
        if "wrong" in str(body.get("settings", {}).get("database", "")):
            findings = [
                finding(
                    "error",
                    "Odoo has no database of this name",
                    "Correct the database's name in the form.",
                )
            ]
        elif body.get("settings", {}).get("user") == "limited":
            findings.append(
                finding(
                    "warning", "The user may not write stock", "Give the user Inventory rights."
                )
            )
        return 200, {"ok": findings[-1]["level"] != "error", "findings": findings}

    def _choices(self, number: str, field: str, **_: Any) -> Answer:
        self._connection(number)
        offers = {
            "company": ["My Company", "My Second Company"],
            "warehouse": ["Main", "Outlet"],
            "language": ["English (US)", "Deutsch"],
            "stock_warehouses": ["Main", "Outlet", "Shop & <showroom>"],
        }
        return 200, {
            "items": [{"value": str(i), "label": v} for i, v in enumerate(offers.get(field, []), 1)]
        }

    # jobs

    def _job(self, number: str) -> dict[str, Any]:
        for job in self.jobs:
            if job["id"] == int(number):
                return job
        raise Refusal(404, "job.missing", "There is no such job", "Reload the page.")

    def _start(self, body: dict[str, Any], **_: Any) -> Answer:
        self._connection(str(body["connection"]))
        total = len(body["ids"]) if body["mode"] == "ids" else len(self.mappings[body["entity"]])
        job = {
            "id": len(self.jobs) + 1,
            "connection": body["connection"],
            "entity": body["entity"],
            "direction": body["direction"],
            "origin": "admin",
            "requested_by": body["requested_by"],
            "dry_run": body["dry_run"],
            "state": "queued",
            "total": None,
            "counts": dict.fromkeys(
                (
                    "read",
                    "unchanged",
                    "created",
                    "updated",
                    "archived",
                    "failed",
                    "held",
                    "warning",
                ),
                0,
            ),
            "stage": None,
            "error": None,
            "created_at": now(),
            "started_at": None,
            "finished_at": None,
        }
        self.jobs.insert(0, job)
        job_total = max(total, 1)
        self._totals = {**getattr(self, "_totals", {}), job["id"]: job_total}
        return 202, dict(job, counts=dict(job["counts"]))

    def _advance(self, job: dict[str, Any]) -> dict[str, Any]:
        """Do the next step of a job: queued, running, then a quarter of the records at a time."""
        counts = job["counts"]
        total = self._totals[job["id"]]
        if job["state"] == "queued":
            job.update(state="running", started_at=now(), stage=job["entity"])
        elif job["state"] == "running":
            job["total"] = total
            counts["read"] = min(total, counts["read"] + max(1, total // 4))
            counts["failed"] = 1 if counts["read"] > 1 else 0
            counts["warning"] = 1 if counts["read"] > 2 else 0
            left = counts["read"] - counts["failed"]
            counts["created"] = left // 3
            counts["updated"] = left // 4
            counts["unchanged"] = left - counts["created"] - counts["updated"]
            if counts["read"] >= total:
                job.update(state="done", stage=None, finished_at=now())
        return job

    def _list_jobs(self, query: dict[str, str], **_: Any) -> Answer:
        wanted = [
            job
            for job in self.jobs
            if all(str(job[n]) == query[n] for n in ("connection", "entity", "state") if n in query)
        ]
        return 200, page(wanted, query)

    def _change_job(self, number: str, action: str, **_: Any) -> Answer:
        job = self._job(number)
        if action == "cancel":
            job.update(state="cancelled", stage=None, finished_at=now())
        else:
            job.update(state="queued", finished_at=None)
            job["counts"] = dict.fromkeys(job["counts"], 0)
        return 200, job

    def _records(self, number: str, query: dict[str, str], **_: Any) -> Answer:
        job = self._job(number)
        rows = []
        for outcome, many in (
            ("failed", job["counts"]["failed"]),
            ("warning", job["counts"]["warning"]),
        ):
            rows += [record(job, outcome, n) for n in range(many)]
        if job["dry_run"]:
            rows += [planned(job, "create", n) for n in range(job["counts"]["created"])]
            rows += [planned(job, "update", n) for n in range(job["counts"]["updated"])]
        return 200, page([r for r in rows if r["outcome"] == query.get("outcome")], query)

    # mappings

    def _of(self, entity: str) -> list[dict[str, Any]]:
        if entity not in self.mappings:
            raise Refusal(404, "request.entity", "There is no such entity", "Use another.")
        return self.mappings[entity]

    def _one(self, entity: str, key: str) -> dict[str, Any]:
        for row in self._of(entity):
            if row["store_key"] == key:
                return row
        raise Refusal(404, "mapping.missing", f"The shop has no record {key}", "Reload the page.")

    def _list(self, entity: str, query: dict[str, str], **_: Any) -> Answer:
        wanted = query.get("q", "").lower()
        rows = [
            r
            for r in self._of(entity)
            if (wanted in r["label"].lower() or wanted == r["store_key"])
            and query.get("state", r["state"]) == r["state"]
        ]
        sort = query.get("sort", "store_key")

        def place(row: dict[str, Any]) -> tuple[int, str]:
            value = str(row[sort] or "")
            return (int(value) if value.isdigit() else 0, value)

        rows.sort(key=place, reverse=query.get("order") == "desc")
        return 200, page(rows, query)

    def _candidates(self, entity: str, query: dict[str, str], **_: Any) -> Answer:
        self._of(entity)
        if entity == "order-status":
            items = [{"erp_id": key, "label": label} for key, label in ACTIONS.items()]
            return 200, {"items": items}
        names = [f"{query.get('q') or 'Record'} ({place})" for place in ("Odoo", "Odoo, archived")]
        if "nothing" in query.get("q", ""):
            names = []
        return 200, {"items": [{"erp_id": str(900 + i), "label": n} for i, n in enumerate(names)]}

    def _auto(self, entity: str, body: dict[str, Any], **_: Any) -> Answer:
        """Look at the next twenty records, as the agent looks at the next two thousand."""
        rows = self._of(entity)
        keys = [row["store_key"] for row in rows]
        start = keys.index(body["after"]) + 1 if body.get("after") else 0
        part = rows[start : start + 20]
        items = []
        for row in part:
            if row["state"] != "new":
                continue
            number = keys.index(row["store_key"])
            result = ("linked", "ambiguous", "none")[number % 3]
            found = result == "linked"
            items.append(
                {
                    "store_key": row["store_key"],
                    "label": row["label"],
                    "erp_id": str(500 + number) if found else None,
                    "erp_label": row["label"] if found else None,
                    "matched_by": "sku" if found else None,
                    "result": result,
                }
            )
            if found and not body["dry_run"]:
                row.update(erp_id=str(500 + number), state="linked", origin="auto")
        remaining = max(len(rows) - start - len(part), 0)
        return 200, {
            "items": items,
            "total": len(items),
            "remaining": remaining,
            "after": part[-1]["store_key"] if remaining else "",
        }

    def _link(self, entity: str, key: str, body: dict[str, Any], **_: Any) -> Answer:
        row = self._one(entity, key)
        if entity == "order-status" and "deliver" in body["erp_id"] and key != "3":
            self._refuse_loop("erp_id", key)
        row.update(
            erp_id=body["erp_id"], state="linked", origin="manual", cause="", fix="", code=""
        )
        return 200, row

    def _unlink(self, entity: str, key: str, **_: Any) -> Answer:
        self._one(entity, key).update(erp_id=None, state="new", origin=None, erp_url=None)
        return 204, None

    def _exclude(self, entity: str, key: str, action: str, **_: Any) -> Answer:
        row = self._one(entity, key)
        row["state"] = "excluded" if action == "exclude" else ("linked" if row["erp_id"] else "new")
        return 200, row

    def _end_held(self, number: str, action: str, **_: Any) -> Answer:
        for task in self.held:
            if task["id"] == int(number):
                self.held.remove(task)
                return 200, dict(task, state="ready" if action == "release" else "cancelled")
        raise Refusal(404, "task.missing", "There is no such task", "Reload the page.")
