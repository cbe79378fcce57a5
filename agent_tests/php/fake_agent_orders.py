"""What the stand-in for the agent knows of orders: what waits, numbers, and the way back."""

from __future__ import annotations

import re
from typing import Any

from fake_agent_samples import FACTS, STATUSES, order_numbers, page, waiting_records

Answer = tuple[int, Any]


class Refusal(Exception):
    """An error that the API answers."""

    def __init__(
        self,
        status: int,
        code: str,
        cause: str,
        fix: str,
        fields: dict[str, list[str]] | None = None,
    ) -> None:
        super().__init__(cause)
        self.status = status
        self.error: dict[str, Any] = {
            "code": code,
            "record": "",
            "cause": cause,
            "fix": fix,
            "retry": False,
        }
        if fields:
            self.error["fields"] = fields


class OrderData:
    """Answers the calls about orders."""

    def __init__(self) -> None:
        self.waiting = waiting_records()
        self.back: dict[str, dict[str, Any]] = {
            "shipped": {"status": "3", "notify": True, "comment": "Parcel {tracking}"}
        }

    def _connection(self, number: str) -> dict[str, Any]:
        raise Refusal(404, "connection.missing", "There is no such connection", "Reload the page.")

    def _list_waiting(self, query: dict[str, str], **_: Any) -> Answer:
        wanted = query.get("q", "").lower()
        rows = [
            row
            for row in self.waiting
            if wanted in row["label"].lower()
            and query.get("entity", row["entity"]) == row["entity"]
            and (query.get("cleared") == "1" or row["cleared_at"] is None)
        ]
        return 200, page(rows, query)

    def _end_waiting(self, entity: str, key: str, action: str, **_: Any) -> Answer:
        for row in self.waiting:
            if (row["entity"], row["store_key"]) == (entity, key) and not row["cleared_at"]:
                self.waiting.remove(row)
                return 200, row
        raise Refusal(404, "waiting.missing", "The record does not wait", "Look again.")

    def _numbers(self, query: dict[str, str], **_: Any) -> Answer:
        if not re.fullmatch(r"\d+(,\d+){0,199}", query.get("ids", "")):
            raise Refusal(422, "input.invalid", "ids are wrong", "Give numbers.", {"ids": ["?"]})
        found = [item for order in query["ids"].split(",") for item in order_numbers(order)]
        return 200, {"items": found}

    def _show_back(self, number: str, **_: Any) -> Answer:
        self._connection(number)
        nothing = {"status": None, "notify": False, "comment": ""}
        return 200, {
            "items": [
                {"fact": fact, "label": label, **self.back.get(fact, nothing)}
                for fact, label in FACTS.items()
            ],
            "statuses": [{"value": key, "label": label} for key, label in STATUSES.items()],
        }

    def _store_back(self, number: str, body: dict[str, Any], **_: Any) -> Answer:
        for position, item in enumerate(body["items"]):
            if item["fact"] == "confirmed" and item["status"] == "7":
                self._refuse_loop(f"items.{position}.status", "7")
        self.back.update(
            {i["fact"]: {n: i[n] for n in ("status", "notify", "comment")} for i in body["items"]}
        )
        return self._show_back(number)

    def _refuse_loop(self, field: str, status: str) -> None:
        text = f"These statuses lead in a circle: {STATUSES[status]} → {STATUSES[status]}."
        raise Refusal(422, "input.invalid", text, "Correct the fields named.", {field: [text]})
