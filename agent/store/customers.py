"""Registered customers of the shop, with their addresses.

The default address is ``customer.address_id`` in OpenCart 3 and the address with ``default = 1`` in
4. Where the shop names none, or one that is gone, it is the oldest one. Passwords, tokens, carts
and addresses on the network are never selected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from agent.errors import BridgeError, InvalidRecord
from agent.model.record import Record
from agent.model.sales import Address, Customer
from agent.store.custom_fields import CustomFields
from agent.store.digest import Part, combine, digests, row_hash
from agent.store.numbered import NumberedReader
from agent.store.places import Owner, Places, RawAddress, make_address
from agent.store.records import BadRecord, ScanRow
from agent.store.settings import language_codes
from agent.store.sql import Ids
from agent.store.text import line
from agent.store.view import View, whole

CUSTOMER_COLUMNS = (
    "customer_id",
    "customer_group_id",
    "store_id",
    "language_id",
    "firstname",
    "lastname",
    "email",
    "telephone",
    "status",
    "custom_field",
    "address_id",
)
ADDRESS_COLUMNS = (
    "address_id",
    "customer_id",
    "firstname",
    "lastname",
    "company",
    "address_1",
    "address_2",
    "city",
    "postcode",
    "zone_id",
    "country_id",
    "custom_field",
    "default",
)


class CustomerRow(NamedTuple):
    """One row of ``customer``."""

    id: int
    group: int | None
    store: int | None
    language: int | None
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    status: int | None
    custom_field: str | None
    address: int | None


class AddressRow(NamedTuple):
    """One row of ``address``."""

    id: int
    customer: int
    first_name: str | None
    last_name: str | None
    company: str | None
    line1: str | None
    line2: str | None
    city: str | None
    postcode: str | None
    zone: int | None
    country: int | None
    custom_field: str | None
    default: int | None

    @property
    def raw(self) -> RawAddress:
        """The address without what only the shop needs."""
        return RawAddress(*self[2:9], None, self.zone, None, self.country)


class CustomerReader(NumberedReader):
    """Reads registered customers; see ``Reader``. Their digest covers their addresses."""

    def page(self, view: View, after: int, limit: int) -> list[ScanRow]:
        """Return the next customers after id ``after``."""
        return _scan(view, f"c.`customer_id` > {after} ORDER BY c.`customer_id` LIMIT {limit}")

    def rows(self, view: View, ids: Ids) -> list[ScanRow]:
        """Return those of the given customers that exist."""
        wanted = set(ids)
        found = _scan(view, f"{ids.where('c.`customer_id`')} ORDER BY c.`customer_id`")
        return [row for row in found if int(row.key) in wanted]

    def total(self, view: View) -> int:
        """Return how many customers there are."""
        return int(view.query.value(f"SELECT COUNT(*) FROM {view.table('customer')}"))  # noqa: S608

    def records(self, view: View, ids: Ids) -> list[Record | BadRecord]:
        """Return those of the given customers that exist."""
        wanted = set(ids)
        rows = [
            CustomerRow._make(row)
            for row in view.query.rows(
                f"SELECT {view.columns('c', 'customer', CUSTOMER_COLUMNS)}"  # noqa: S608
                f" FROM {view.table('customer')} c"
                f" WHERE {ids.where('c.`customer_id`')} ORDER BY c.`customer_id`"
            )
            if row[0] in wanted
        ]
        if not rows:
            return []
        builder = _Builder.load(view, Ids.of(row.id for row in rows))
        result: list[Record | BadRecord] = []
        for row in rows:
            try:
                result.append(builder.build(row))
            except BridgeError as error:
                label = _label(row.id, row.first_name, row.last_name, row.email)
                named = error.about(f"customer {row.id} ({label})")
                result.append(BadRecord(str(row.id), label, named))
        return result


@dataclass(frozen=True, slots=True)
class _Builder:
    """Builds the customers of one batch."""

    places: Places
    fields: CustomFields
    groups: Mapping[int, str]
    languages: Mapping[int, str]
    addresses: Mapping[int, list[AddressRow]]

    @classmethod
    def load(cls, view: View, ids: Ids) -> _Builder:
        addresses: dict[int, list[AddressRow]] = defaultdict(list)
        for row in view.query.rows(
            f"SELECT {view.columns('a', 'address', ADDRESS_COLUMNS)}"  # noqa: S608
            f" FROM {view.table('address')} a WHERE {ids.where('a.`customer_id`')}"
            " ORDER BY a.`address_id`"
        ):
            address = AddressRow._make(row)
            addresses[address.customer].append(address)
        return cls(
            Places.load(view, (a.raw for of_one in addresses.values() for a in of_one)),
            CustomFields.load(view),
            group_names(view),
            language_codes(view.query),
            addresses,
        )

    def build(self, row: CustomerRow) -> Customer:
        """Return the canonical customer.

        Raises:
            InvalidRecord: neither a name nor an e-mail address is known.
        """
        email = line(row.email)
        first_name, last_name = line(row.first_name), line(row.last_name)
        rows = self.addresses.get(row.id, [])
        default = _default(row, rows)
        owner = Owner(str(row.id), line(row.phone), email)
        made = {a.id: make_address(self.places, owner, a.raw) for a in rows if not a.raw.empty}
        own = made.get(default.id) if default else None
        company = own.company if own else ""
        if not (first_name or last_name or email or company):
            raise InvalidRecord(
                "The customer has neither a name nor an e-mail address",
                fix="Open it in the shop under Customers > Customers, enter a name and save; or "
                "exclude it here.",
                code="store.name_missing",
            )
        return Customer(
            key=str(row.id),
            email=email,
            first_name=first_name,
            last_name=last_name,
            company=company,
            phone=line(row.phone),
            language=self.languages.get(row.language or 0, ""),
            group=str(row.group) if row.group else "",
            group_name=self.groups.get(row.group or 0, ""),
            store=whole(row.store),
            active=bool(row.status),
            address=own.key if own else None,
            addresses=_distinct(own, made.values()),
            custom_fields=self.fields.read(
                row.custom_field, default.custom_field if default else None
            ),
        )


def group_names(view: View) -> dict[int, str]:
    """Return customer group to its name in the default language, else in any."""
    names: dict[int, str] = {}
    for group, name in view.query.rows(
        "SELECT t.`customer_group_id`, t.`name`"  # noqa: S608
        f" FROM {view.table('customer_group_description')} t"
        f" ORDER BY t.`language_id` <> {view.default_language}, t.`language_id`"
    ):
        names.setdefault(int(group), line(name))
    return names


def _default(row: CustomerRow, addresses: list[AddressRow]) -> AddressRow | None:
    filled = [address for address in addresses if not address.raw.empty]
    named = [a for a in filled if a.default or (row.address and a.id == row.address)]
    return next(iter(named or filled), None)


def _distinct(first: Address | None, addresses: Iterable[Address]) -> tuple[Address, ...]:
    found = {first.key: first} if first else {}
    for address in addresses:
        found.setdefault(address.key, address)
    return tuple(found.values())


def _label(key: int, first_name: str | None, last_name: str | None, email: str | None) -> str:
    name = f"{line(first_name)} {line(last_name)}".strip()
    return (name or line(email) or f"customer {key}")[:255]


def _scan(view: View, condition: str) -> list[ScanRow]:
    rows = view.query.rows(
        f"SELECT c.`customer_id`, {row_hash(view.values('c', 'customer', CUSTOMER_COLUMNS))},"  # noqa: S608
        " c.`firstname`, c.`lastname`, c.`email`, c.`customer_group_id`"
        f" FROM {view.table('customer')} c WHERE {condition}"
    )
    if not rows:
        return []
    ids = Ids.of(row[0] for row in rows)
    addresses = digests(view.query, [_address_part(view).select(ids.where("t.`customer_id`"))])
    groups = group_names(view)
    salt = _salt(view)
    return [
        ScanRow(
            str(key),
            combine((salt, own, addresses.get(key, ""), groups.get(group or 0, ""))),
            _label(key, first_name, last_name, email),
        )
        for key, own, first_name, last_name, email, group in rows
    ]


def _address_part(view: View) -> Part:
    """Return the addresses with what the shop's lists of places say about theirs."""
    source = (
        f"{view.table('address')} t"
        f" LEFT JOIN {view.table('country')} n ON n.`country_id` = t.`country_id`"
        f" LEFT JOIN {view.table('zone')} z ON z.`zone_id` = t.`zone_id`"
    )
    values = [
        *view.values("t", "address", ADDRESS_COLUMNS),
        *view.values("n", "country", ("iso_code_2", "name")),
        *view.values("z", "zone", ("country_id", "code", "name")),
    ]
    for alias, table, place in (("nd", "country", "n"), ("zd", "zone", "z")):
        if not view.dialect.has(table, "name"):
            source += (
                f" LEFT JOIN {view.table(f'{table}_description')} {alias}"
                f" ON {alias}.`{table}_id` = {place}.`{table}_id`"
                f" AND {alias}.`language_id` = {view.default_language}"
            )
            values += view.values(alias, f"{table}_description", ("name",))
    return Part("address", source, "t.`customer_id`", tuple(values))


def _salt(view: View) -> str:
    fields = CustomFields.load(view)
    languages = language_codes(view.query)
    return combine(
        (
            view.salt,
            repr(sorted(fields.choices)),
            repr(sorted(fields.names.items())),
            repr(sorted(languages.items())),
        )
    )
