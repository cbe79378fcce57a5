"""Orders of the sample shop that are placed when a measurement says so, as a checkout does it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from agent.bench.stage import DATABASE, PREFIX, Stage

PLACED = 2
"""The status that placed orders get: processing."""
_OUTBOX = (
    f"CREATE TABLE IF NOT EXISTS `{PREFIX}erp_outbox` (outbox_id BIGINT AUTO_INCREMENT PRIMARY KEY,"
    " kind VARCHAR(24) NOT NULL, record_id INT NOT NULL, action VARCHAR(16) NOT NULL,"
    " store_id INT NOT NULL DEFAULT 0, date_added DATETIME NOT NULL) ENGINE=InnoDB"
)
_SELLABLE = (
    f"SELECT o.order_id FROM `{PREFIX}order` o WHERE o.order_status_id > 0 AND o.total > 0"  # noqa: S608
    f" AND NOT EXISTS (SELECT 1 FROM `{PREFIX}order_product` l LEFT JOIN `{PREFIX}product` p"
    " ON p.product_id = l.product_id WHERE l.order_id = o.order_id AND p.product_id IS NULL)"
    " ORDER BY o.order_id"
)


@dataclass(slots=True)
class Checkout:
    """A stage's shop front. ``waiting`` are orders that no shopper has confirmed yet."""

    stage: Stage
    waiting: list[int] = field(default_factory=list)

    def open(self, orders: int, later: int) -> int:
        """Confirm the first ``orders`` orders and keep ``later`` more; return how many there are.

        Orders with products that the shop has no more are left out: they would wait for a person.
        """
        self.stage.execute(_OUTBOX)
        numbers = [int(row[0]) for row in self._rows(_SELLABLE)]
        self.stage.execute(f"UPDATE `{PREFIX}order` SET order_status_id = 0")  # noqa: S608
        self.stage.execute(f"DELETE FROM `{PREFIX}order_history`")  # noqa: S608
        first = numbers[:orders]
        for number in first:
            self._run(*_confirm(number, new=False))
        self.waiting = numbers[orders : orders + later]
        return len(first)

    def place(self) -> str:
        """Press the button: confirm the next order and leave the extension's hint."""
        number = self.waiting.pop(0)
        hint = (
            f"INSERT INTO `{PREFIX}erp_outbox` (kind, record_id, action, store_id, date_added)"  # noqa: S608
            f" VALUES ('order', {number}, 'status', 0, UTC_TIMESTAMP())"
        )
        self._run(*_confirm(number, new=True), hint)
        return str(number)

    def arrived(self) -> tuple[set[str], set[str]]:
        """Return the orders that are in the ERP, and those that are confirmed there."""
        # one statement, so one moment: two would see the last order confirmed and not there
        rows = self._rows(
            f"SELECT store_key, 0 FROM `{PREFIX}erp_mapping`"  # noqa: S608
            " WHERE entity = 'orders' AND erp_id IS NOT NULL UNION ALL"
            f" SELECT order_id, 1 FROM `{PREFIX}erp_order` WHERE state = 'confirmed'"
        )
        there, confirmed = ({str(key) for key, now in rows if now == state} for state in (0, 1))
        return there, confirmed

    def _run(self, *statements: str) -> None:
        with (
            closing(self.stage.server.connect(DATABASE)) as connection,
            connection.cursor() as cursor,
        ):
            for sql in statements:
                cursor.execute(sql)

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        with (
            closing(self.stage.server.connect(DATABASE)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
            return list(cursor.fetchall())


def _confirm(number: int, *, new: bool) -> tuple[str, str]:
    day = ", date_added = NOW(), date_modified = NOW()" if new else ""
    head = f"UPDATE `{PREFIX}order` SET order_status_id = {PLACED}{day} WHERE order_id = {number}"  # noqa: S608
    line = (
        f"INSERT INTO `{PREFIX}order_history`"  # noqa: S608
        " (order_id, order_status_id, notify, comment, date_added)"
        f" VALUES ({number}, {PLACED}, 0, '', NOW())"
    )
    return head, line
