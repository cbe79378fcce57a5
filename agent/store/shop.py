"""The entrance to a shop: what it is, and readers of what it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from agent.db import Database
from agent.errors import ConfigError
from agent.model.catalogue import Image
from agent.model.entity import Entity
from agent.store.custom_fields import CustomField, list_custom_fields
from agent.store.dialect import Dialect, check_sales, detect
from agent.store.images import MAX_BYTES, Images
from agent.store.order_feed import OrderFeed
from agent.store.outbox import Outbox
from agent.store.readers import READERS, SALES
from agent.store.records import Reader
from agent.store.settings import Language, read_languages, read_settings
from agent.store.sql import open_query
from agent.store.text import decode, line
from agent.store.view import View
from agent.store.writing.changes import WriteRules
from agent.store.writing.writer import StoreWriter


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells this shop from a copy of it: its database and its address."""

    database: str
    prefix: str
    url: str

    @property
    def fingerprint(self) -> str:
        """32 hex digits, equal as long as the shop stays where it is."""
        text = "\n".join((self.database, self.prefix, self.url.rstrip("/").lower()))
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


class Shop:
    """An OpenCart shop, read through its MySQL.

    Args:
        database: where the shop's tables are.
        image_dir: the shop's ``image`` folder where this machine sees it.
        url: the shop's address, for pictures without ``image_dir`` and for its identity.
        max_image_bytes: pictures above this size are refused.
        ca_file: PEM file with a private certificate authority, None for the public ones.

    Safe to share between threads. Languages and settings are read anew by every call; the schema is
    looked at once.
    """

    def __init__(
        self,
        database: Database,
        image_dir: Path | None = None,
        url: str | None = None,
        *,
        max_image_bytes: int = MAX_BYTES,
        ca_file: Path | None = None,
    ) -> None:
        self.database = database
        self.images = Images(image_dir, url, max_bytes=max_image_bytes, ca_file=ca_file)
        self.outbox = Outbox(database)
        self._url = url

    @cached_property
    def dialect(self) -> Dialect:
        """The shop's schema.

        Raises:
            ConfigError: this is no shop the agent can read.
        """
        with open_query(self.database) as query:
            return detect(query, self.database.prefix, self.database.settings.database)

    @contextmanager
    def open(self) -> Iterator[View]:
        """Borrow a connection for one page of a reader."""
        dialect = self.dialect
        with open_query(self.database) as query:
            yield View(query, dialect, read_languages(query), self.images)

    def settings(self, code: str = "config") -> Mapping[str, Any]:
        """Return the default store's settings of one group by key; JSON values are decoded."""
        with open_query(self.database) as query:
            return read_settings(query, code)

    def languages(self) -> tuple[Language, ...]:
        """Return the enabled languages, the default one first.

        Raises:
            ConfigError: the shop has no language at all.
        """
        with open_query(self.database) as query:
            return read_languages(query)

    def currency(self) -> str:
        """Return the ISO code of the currency that all prices of the shop are in."""
        return str(self.settings().get("config_currency") or "").strip()

    def time_zone(self) -> str | None:
        """Return the IANA name of the zone that the shop's times are in.

        None where the shop has no such setting (before 3.0.3): its times are in the zone of its
        server.
        """
        return str(self.settings().get("config_timezone") or "").strip() or None

    def name(self) -> str:
        """Return the shop's name."""
        return line(str(self.settings().get("config_name") or ""))

    def url(self) -> str:
        """Return the shop's address: the configured one, else the shop's own, else ``""``."""
        if self._url:
            return self._url
        settings = self.settings()
        return decode(str(settings.get("config_ssl") or settings.get("config_url") or ""))

    def identity(self) -> Identity:
        """Return what tells this shop from a copy of it."""
        return Identity(self.database.settings.database, self.database.prefix, self.url())

    def product_count(self) -> int:
        """Return how many products the shop has; variants are part of their product."""
        return self.reader(Entity.PRODUCTS).count()

    def image_bytes(self, image: Image) -> bytes:
        """Return the bytes of a picture (a ``MediaSource``).

        Raises:
            InvalidRecord: missing, no picture, too large, or outside of the image folder.
            TransientError: the shop does not answer.
        """
        return self.images.read(image)

    def reader(self, entity: Entity) -> Reader:
        """Return the reader of an entity.

        Raises:
            ConfigError: the agent does not read this entity from a shop, or may not yet.
        """
        made = READERS.get(entity)
        if made is None:
            raise ConfigError(
                f"There is no reader for {entity.value}",
                fix=f"Choose one of: {', '.join(sorted(e.value for e in READERS))}.",
                code="store.no_reader",
            )
        if entity in SALES:
            check_sales(self.dialect, self.database.settings.database)
        return made(self)

    def writer(self, rules: WriteRules) -> StoreWriter:
        """Return what writes into this shop by the rules of a connection."""
        return StoreWriter(self, rules)

    @property
    def orders(self) -> OrderFeed:
        """What sweeps need to know about orders beside their reader.

        Raises:
            ConfigError: the agent may not read the shop's orders yet.
        """
        check_sales(self.dialect, self.database.settings.database)
        return OrderFeed(self.open)

    def custom_fields(self) -> list[CustomField]:
        """Return the custom fields of accounts and addresses, for people to choose from."""
        with self.open() as view:
            return list_custom_fields(view)
