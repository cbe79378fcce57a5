"""ERP connections: their settings, encrypted secrets, and whether they are paused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from agent.db import Database
from agent.erp.port import Finding
from agent.errors import Paused
from agent.ledger.transactions import atomically
from agent.security.vault import Vault
from agent.services.clone_guard import CloneGuard
from agent.services.connection_records import (
    BY_HAND,
    CLONED,
    ConnectionDraft,
    ConnectionInfo,
    Pause,
    info_of,
)
from agent.services.connection_rows import drop_held, forget_rows, unused_id
from agent.services.erp_kinds import ErpKinds
from agent.services.errors import Conflict, InvalidInput, NotFound

_NAME_LENGTH = 64
_BUSY_STATES = ("ready", "running")


class Connections:
    """The connections of this shop.

    ``guard`` tells whether the shop is still the one that they were made for. ``after_resume``
    wakes the workers.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        kinds: ErpKinds,
        clock: Callable[[], datetime],
        guard: CloneGuard,
        *,
        after_resume: Callable[[], None],
    ) -> None:
        self._database = database
        self._table = database.tables.connection
        self._vault = vault
        self._kinds = kinds
        self._clock = clock
        self._guard = guard
        self._after_resume = after_resume

    def every(self) -> list[ConnectionInfo]:
        """Return all connections, oldest first."""
        with self._database.begin() as connection:
            rows = connection.execute(select(self._table).order_by(self._table.c.id)).all()
        return [info_of(row) for row in rows]

    def get(self, connection_id: int) -> ConnectionInfo:
        """Return one connection.

        Raises:
            NotFound: there is none of that id.
        """
        return info_of(self._row(connection_id))

    def find(self, name_or_id: str) -> ConnectionInfo:
        """Return the connection of that name, else of that id.

        Raises:
            NotFound: there is none.
        """
        every = self.every()
        for info in every:
            if info.name == name_or_id:
                return info
        for info in every:
            if str(info.id) == name_or_id:
                return info
        names = ", ".join(repr(info.name) for info in every)
        raise NotFound(
            f"There is no connection {name_or_id!r}",
            fix=f"Choose one of {names}." if names else "Make one: erp-bridge connection add.",
            code="connection.missing",
        )

    def secret(self, connection_id: int) -> str:
        """Return the decrypted secret, empty without one; for adapters only, never for people.

        Raises:
            NotFound: there is no such connection.
            ConfigError: the key file is missing or is not the one the secret was stored with.
        """
        token = self._row(connection_id).secret
        return "" if token is None else self._vault.decrypt(token)

    def add(self, draft: ConnectionDraft) -> ConnectionInfo:
        """Make a connection.

        Raises:
            InvalidInput: name, kind, settings or secret are wrong, by field.
            Conflict: the name is taken.
        """
        name, kind = _valid_name(draft.name), draft.kind or ""
        settings = self._kinds.validate(kind, draft.settings or {}, secret=draft.secret or "")
        now = self._clock()
        values = {
            "name": name,
            "kind": kind,
            "settings": json.dumps(settings),
            "secret": self._vault.encrypt(draft.secret) if draft.secret else None,
            "state": "active",
            "paused_code": "",
            "paused_reason": "",
            "paused_fix": "",
            "created_at": now,
            "updated_at": now,
        }
        try:
            connection_id = atomically(self._database, lambda c: self._insert(c, values))
        except IntegrityError as error:
            if any(info.name == name for info in self.every()):
                raise _taken(name) from error
            # another connection that was made at this moment has its number
            connection_id = atomically(self._database, lambda c: self._insert(c, values))
        return self.get(connection_id)

    def _insert(self, connection: Connection, values: Mapping[str, Any]) -> int:
        tables = self._database.tables
        number = unused_id(connection, tables)
        own = {} if number is None else {"id": number}
        result = connection.execute(insert(self._table).values({**values, **own}))
        (made,) = result.inserted_primary_key or (0,)
        forget_rows(connection, tables, int(made))  # an older version left some of a removed one
        return int(made)

    def change(self, connection_id: int, draft: ConnectionDraft) -> ConnectionInfo:
        """Change what ``draft`` gives; settings are merged, an empty secret stays as it is.

        Raises:
            NotFound: there is no such connection.
            InvalidInput: what it would become is wrong, by field; or the stored secret would go to
                another server.
            Conflict: the name is taken, the kind differs, or it would lead to another ERP while
                there are mappings: their ids would mean other records there.
        """
        row = self._row(connection_id)
        if draft.kind is not None and draft.kind != row.kind:
            raise Conflict(
                f"Connection {row.name!r} is of kind {row.kind} and stays so",
                fix="Make a new connection for the other ERP.",
                code="connection.kind",
            )
        values: dict[str, Any] = {"updated_at": self._clock()}
        if draft.name is not None:
            values["name"] = _valid_name(draft.name)
        if draft.settings is not None:
            before = json.loads(row.settings)
            after = self._kinds.validate(
                row.kind, {**before, **draft.settings}, secret=draft.secret or (row.secret and "*")
            )
            self._refuse_other_erp(row, before, after)
            self._refuse_secret_elsewhere(row, before, after, draft)
            values["settings"] = json.dumps(after)
        if draft.secret:
            values["secret"] = self._vault.encrypt(draft.secret)
        try:
            self._update(connection_id, values)
        except IntegrityError as error:
            raise _taken(str(values.get("name"))) from error
        return self.get(connection_id)

    def _refuse_secret_elsewhere(
        self,
        row: Row[Any],
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        draft: ConnectionDraft,
    ) -> None:
        """Keep the stored secret from a server that it was not entered for."""
        changed = self._kinds.sends_secret_elsewhere(row.kind, before, after)
        if changed is None or draft.secret or row.secret is None:
            return
        label = self._kinds.get(row.kind).secret.label
        raise InvalidInput(
            f"{changed} is changed, and the stored secret is never sent to a server that it was "
            "not entered for",
            fix=f"Enter {label} again (on the command line with --secret-file), or leave {changed} "
            "as it was.",
            fields={"secret": [f"Enter it again: {changed} is changed."]},
            code="connection.secret_again",
        )

    def _refuse_other_erp(
        self, row: Row[Any], before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        field_label = self._kinds.names_another(row.kind, before, after)
        if field_label is None:
            return
        mapping = self._database.tables.mapping
        with self._database.begin() as connection:
            mapped = connection.scalar(
                select(func.count()).where(
                    mapping.c.connection_id == row.id, mapping.c.erp_id.is_not(None)
                )
            )
        if mapped:
            raise Conflict(
                f"Another {field_label.lower()} is another ERP, and {mapped} records are mapped to "
                "this one",
                fix="Add a new connection for the other ERP; remove this one when it is no longer "
                "needed.",
                code="connection.other_erp",
            )

    def remove(self, connection_id: int) -> int:
        """Remove a connection with all that is kept of it; records in the ERP stay.

        What it did can be read for some weeks yet. Returns how many mappings it had.

        Raises:
            NotFound: there is no such connection.
            Conflict: it has work that waits or runs.
        """
        name = self._row(connection_id).name
        return atomically(self._database, lambda c: self._remove(c, connection_id, name))

    def _remove(self, connection: Connection, connection_id: int, name: str) -> int:
        tables = self._database.tables
        task, mapping = tables.task, tables.mapping
        waiting = connection.scalar(
            select(func.count()).where(
                task.c.connection_id == connection_id, task.c.state.in_(_BUSY_STATES)
            )
        )
        if waiting:
            raise Conflict(
                f"Connection {name!r} has {waiting} tasks that wait or run",
                fix="Cancel its jobs first (erp-bridge job cancel), then remove it.",
                code="connection.busy",
            )
        mapped = connection.scalar(
            select(func.count()).where(mapping.c.connection_id == connection_id)
        )
        drop_held(connection, tables, connection_id, self._clock())
        forget_rows(connection, tables, connection_id)
        connection.execute(delete(self._table).where(self._table.c.id == connection_id))
        return int(mapped or 0)

    def pause(self, connection_id: int, reason: Pause = BY_HAND) -> ConnectionInfo:
        """Stop the work of a connection until a person resumes it.

        Raises:
            NotFound: there is no such connection.
        """
        self._row(connection_id)
        self._update(connection_id, _paused(reason))
        return self.get(connection_id)

    def pause_all(self, reason: Pause) -> int:
        """Pause every active connection; return how many were."""
        with self._database.begin() as connection:
            return connection.execute(
                update(self._table)
                .where(self._table.c.state == "active")
                .values({**_paused(reason), "updated_at": self._clock()})
            ).rowcount

    def enforce_guard(self) -> int:
        """Pause everything where the shop is not the confirmed one; return how many were paused."""
        return 0 if self._guard.matches() else self.pause_all(CLONED)

    def require_original(self, connection_id: int) -> ConnectionInfo:
        """Return the connection, paused or not, unless this shop may be a copy of its own.

        Raises:
            NotFound: there is no such connection.
            Paused: the shop is not the confirmed one, or was not when the connection was paused.
        """
        original = self._guard.matches()
        if not original:
            self.pause_all(CLONED)
        info = self.get(connection_id)
        if not original or (info.paused is not None and info.paused.code == CLONED.code):
            raise Paused(CLONED.cause, fix=CLONED.fix, code=CLONED.code)
        return info

    def resume(self, connection_id: int) -> ConnectionInfo:
        """Let a paused connection work again, as a person's decision.

        Raises:
            NotFound: there is no such connection.
        """
        self._row(connection_id)
        self._guard.confirm()
        values = {"state": "active", "paused_code": "", "paused_reason": "", "paused_fix": ""}
        self._update(connection_id, values)
        self._after_resume()
        return self.get(connection_id)

    def choices(self, connection_id: int, name: str) -> list[dict[str, str]]:
        """Return ``{value, label}`` rows for a field of the connection, from the ERP where it asks.

        Raises:
            NotFound: there is no such connection, or nothing to choose for this field.
            Paused: this shop may be a copy.
            BridgeError: the ERP cannot be asked.
        """
        info = self.require_original(connection_id)
        return self._kinds.choices(info.kind, info.settings, self.secret(connection_id), name)

    def test(self, connection_id: int, draft: ConnectionDraft | None = None) -> list[Finding]:
        """Log in and check, with the stored settings or with changes that are not stored.

        A copy of the shop may try another address, database or login, and nothing else.

        Raises:
            NotFound: there is no such connection.
            InvalidInput: the changed settings are wrong, by field; or the stored secret would go
                to another server.
            Paused: this shop may be a copy, and the changes lead to the same ERP.
        """
        row = self._row(connection_id)
        draft = draft or ConnectionDraft()
        before = json.loads(row.settings)
        after = self._kinds.validate(
            row.kind, {**before, **(draft.settings or {})}, secret=draft.secret or row.secret
        )
        if not self._kinds.leads_elsewhere(row.kind, before, after):
            self.require_original(connection_id)
        self._refuse_secret_elsewhere(row, before, after, draft)
        return self._kinds.check(row.kind, after, draft.secret or self.secret(connection_id))

    def test_draft(self, draft: ConnectionDraft) -> list[Finding]:
        """Log in and check with settings that are not stored.

        Raises:
            InvalidInput: the settings are wrong, by field.
        """
        kind, secret = draft.kind or "", draft.secret or ""
        return self._kinds.check(
            kind, self._kinds.validate(kind, draft.settings or {}, secret=secret), secret
        )

    def reencrypt(self) -> int:
        """Encrypt all secrets anew with the vault's newest key; return how many.

        Raises:
            ConfigError: a secret cannot be decrypted; nothing is changed then.
        """
        with self._database.begin() as connection:
            rows = connection.execute(
                select(self._table.c.id, self._table.c.secret)
                .where(self._table.c.secret.is_not(None))
                .with_for_update()
            ).all()
            for row in rows:
                connection.execute(
                    update(self._table)
                    .where(self._table.c.id == row.id)
                    .values(secret=self._vault.reencrypt(row.secret))
                )
        return len(rows)

    def require_active(self, connection_id: int) -> ConnectionInfo:
        """Return the connection if it may be used.

        Raises:
            NotFound: there is no such connection.
            Paused: it is paused; carries the reason.
        """
        info = self.get(connection_id)
        if info.paused is not None:
            raise Paused(
                f"Connection {info.name!r} is paused: {info.paused.cause}",
                fix=f"{info.paused.fix} Then: erp-bridge connection resume {info.id}.",
                code=info.paused.code,
            )
        return info

    def _row(self, connection_id: int) -> Row[Any]:
        with self._database.begin() as connection:
            row = connection.execute(
                select(self._table).where(self._table.c.id == connection_id)
            ).one_or_none()
        if row is None:
            raise NotFound(
                f"There is no connection {connection_id}",
                fix="List them with erp-bridge connection list.",
                code="connection.missing",
            )
        return row

    def _update(self, connection_id: int, values: Mapping[str, Any]) -> None:
        with self._database.begin() as connection:
            connection.execute(
                update(self._table)
                .where(self._table.c.id == connection_id)
                .values({"updated_at": self._clock(), **values})
            )


def _paused(reason: Pause) -> dict[str, Any]:
    return {
        "state": "paused",
        "paused_code": reason.code,
        "paused_reason": reason.cause,
        "paused_fix": reason.fix,
    }


def _valid_name(name: str | None) -> str:
    text = (name or "").strip()
    if not 1 <= len(text) <= _NAME_LENGTH:
        raise InvalidInput(
            "The connection needs a name of 1 to 64 characters",
            fix="Give it a short name of its own, e.g. the ERP company's.",
            fields={"name": [f"1 to {_NAME_LENGTH} characters"]},
        )
    return text


def _taken(name: str) -> Conflict:
    return Conflict(
        f"There is a connection named {name!r} already",
        fix="Choose another name.",
        code="connection.name_taken",
    )
