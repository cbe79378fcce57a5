"""Words in the addresses of the shop's pages, unique in each store.

OpenCart 4 asks for one in every store and language before a form can be saved, so all are made;
before, only those that are given are, or made from the name where the shop uses such addresses. A
word that another page has gets a number behind it. OpenCart 4 names a category by its path, and
its word stands behind those of its parents; its forms take each word once, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.errors import BridgeError, InvalidRecord
from agent.model.catalogue import Text
from agent.store.text import encode, first, line
from agent.store.writing.desk import Desk
from agent.store.writing.slugs import is_word, numbered, slug

Place = tuple[int, int]
"""Store and language."""


@dataclass(slots=True)
class Page:
    """A page and its words. ``given`` is the record's, ``names`` are for words that are missing.

    ``value`` is the id, or in OpenCart 4 the path of a category; ``above`` are the words of the
    pages above it. ``fresh`` says that words are to be made where none is given.
    """

    value: str
    given: Text = field(default_factory=dict)
    names: Text = field(default_factory=dict)
    above: Mapping[Place, str] = field(default_factory=dict)
    fresh: bool = False
    warnings: list[BridgeError] = field(default_factory=list)


class Keywords:
    """Words of one kind of pages: ``product_id``, ``category_id``, ``manufacturer_id``."""

    def __init__(self, desk: Desk, kind: str) -> None:
        self._desk = desk
        self._single = desk.dialect.seo == "query"
        self._kind = kind if self._single or kind != "category_id" else "path"

    def read(self, values: Iterable[str]) -> dict[str, dict[Place, tuple[int, str]]]:
        """Return the rows of pages: number and stored word, by store and language."""
        desk, wanted = self._desk, list(values)
        found: dict[str, dict[Place, tuple[int, str]]] = {}
        if not wanted:
            return found
        column, names = self._targets(wanted)
        marks = ", ".join(["%s"] * len(names))
        kind = "" if self._single else "`key` = %s AND "
        for key, store, language, target, word in desk.query.rows(
            f"SELECT `seo_url_id`, `store_id`, `language_id`, `{column}`, `keyword`"  # noqa: S608
            f" FROM {desk.table('seo_url')} WHERE {kind}`{column}` IN ({marks})",
            [*([] if self._single else [self._kind]), *names],
        ):
            value = str(target)[len(self._kind) + 1 :] if self._single else str(target)
            found.setdefault(value, {})[int(store or 0), int(language or 0)] = int(key), str(word)
        return found

    def write(self, pages: Iterable[Page]) -> set[str]:
        """Write the words of pages; return the values of those that changed."""
        pages = list(pages)
        current = self.read(page.value for page in pages)
        wanted = {page.value: self._wanted(page, current.get(page.value, {})) for page in pages}
        self._settle(pages, wanted)
        added: list[tuple[object, ...]] = []
        changed: set[str] = set()
        for page in pages:
            rows = current.get(page.value, {})
            for place, word in wanted[page.value].items():
                stored = encode(word)
                if place not in rows:
                    added.append(self._row(page.value, place, stored))
                    changed.add(page.value)
                elif rows[place][1] != stored:
                    new = {"keyword": stored, "sort_order": 0}  # as the form makes it anew
                    self._desk.update("seo_url", {"seo_url_id": rows[place][0]}, new)
                    changed.add(page.value)
        self._desk.insert("seo_url", self._columns, added)
        return changed

    @property
    def _columns(self) -> tuple[str, ...]:
        if self._single:
            return ("store_id", "language_id", "query", "keyword")
        return ("store_id", "language_id", "key", "value", "keyword", "sort_order")

    def _row(self, value: str, place: Place, stored: str) -> tuple[object, ...]:
        if self._single:
            return (*place, f"{self._kind}={value}", stored)
        return (*place, self._kind, value, stored, 0)

    def _targets(self, values: list[str]) -> tuple[str, list[str]]:
        if self._single:
            return "query", [f"{self._kind}={value}" for value in values]
        return "value", values

    def _wanted(self, page: Page, rows: Mapping[Place, tuple[int, str]]) -> dict[Place, str]:
        """Return the words that a page is to have, without regard to other pages."""
        desk = self._desk
        made = page.fresh and (not self._single or self._uses_words())
        if not page.given and not made:
            return {}
        codes = [tongue.code for tongue in desk.tongues]
        fallback = f"{self._kind.removesuffix('_id')}-{page.value.rsplit('_', 1)[-1]}"
        if self._kind == "path":
            fallback = f"category-{page.value.rsplit('_', 1)[-1]}"
        result: dict[Place, str] = {}
        for store in desk.stores if not self._single else desk.own_stores:
            used: set[str] = set()
            for tongue in desk.tongues:
                given = page.given.get(tongue.code, "")
                if not given and (store, tongue.id) in rows:
                    continue
                if not given and self._single and not made:
                    continue
                word = _word(page, given, fallback) if given else ""
                if not word:
                    spare = first(page.given, codes) if page.given else ""
                    name = page.names.get(tongue.code) or first(page.names, codes)
                    word = spare if spare and is_word(spare) else slug(name, fallback)
                # The forms before 4.0 refuse one word in two languages.
                if self._single and word in used:
                    word = numbered(word, len(used) + 1)
                used.add(word)
                above = page.above.get((store, tongue.id), "")
                result[store, tongue.id] = f"{above}/{word}" if above else word
        return result

    def _uses_words(self) -> bool:
        setting = str(self._desk.settings.get("config_seo_url") or "").strip().lower()
        return setting not in {"", "0", "false"}

    def _settle(self, pages: list[Page], wanted: dict[str, dict[Place, str]]) -> None:
        """Number the words that other pages have."""
        taken: dict[tuple[int, str], str] = {}
        owner = {page.value: page for page in pages}
        asked = [(value, place) for value, words in wanted.items() for place in words]
        plain = {(value, place): wanted[value][place] for value, place in asked}
        tries = dict.fromkeys(asked, 1)
        while asked:
            self._look(taken, {_last(plain[item]) for item in asked})
            clashes = []
            for value, place in asked:
                word = plain[value, place]
                holder = taken.setdefault((place[0], _last(word).casefold()), value)
                if holder != value:
                    clashes.append((value, place))
            for item in clashes:
                tries[item] += 1
                value, place = item
                full = wanted[value][place]
                head, _, last = full.rpartition("/")
                new = numbered(last, tries[item])
                plain[item] = f"{head}/{new}" if head else new
            asked = clashes
        for (value, place), word in plain.items():
            if word != wanted[value][place] and owner[value].given:
                _warn_taken(owner[value], wanted[value][place], word)
            wanted[value][place] = word

    def _look(self, taken: dict[tuple[int, str], str], words: set[str]) -> None:
        """Add to ``taken`` who has the words now: the value of ours, something else for others."""
        desk = self._desk
        asked = sorted(encode(word) for word in words)
        column = "query" if self._single else "value"
        kind = "''" if self._single else "`key`"
        select = (
            f"SELECT `store_id`, `keyword`, {kind}, `{column}` FROM {desk.table('seo_url')} WHERE"  # noqa: S608
        )
        for start in range(0, len(asked), 200):
            part = asked[start : start + 200]
            marks = ", ".join(["%s"] * len(part))
            rows = desk.query.rows(f"{select} `keyword` IN ({marks})", part)
            if not self._single:  # only words of categories stand behind others
                rows += desk.query.rows(
                    f"{select} `key` = 'path' AND SUBSTRING_INDEX(`keyword`, '/', -1) IN ({marks})",
                    part,
                )
            for store, word, name, target in rows:
                value = f"{name}\0{target}"
                if self._single and str(target).startswith(f"{self._kind}="):
                    value = str(target)[len(self._kind) + 1 :]
                elif not self._single and name == self._kind:
                    value = str(target)
                taken[int(store or 0), _last(line(word)).casefold()] = value


def _last(word: str) -> str:
    """Return the part of a word that the forms compare with all others of the store."""
    return word.rpartition("/")[2]


def _word(page: Page, given: str, fallback: str) -> str:
    text = given.strip().strip("/").rsplit("/", 1)[-1]
    if is_word(text):
        return text
    word = slug(text, fallback)
    page.warnings.append(
        InvalidRecord(
            f"Its SEO keyword {given[:80]!r} cannot stand in an address of the shop: {word!r} is "
            "used",
            fix="Use letters without accents, digits and hyphens, at most 64.",
            code="store.keyword_characters",
        )
    )
    return word


def _warn_taken(page: Page, wanted: str, used: str) -> None:
    cause = f"Its SEO keyword {wanted!r} belongs to another page of the shop: {used!r} is used"
    if all(known.cause != cause for known in page.warnings):
        page.warnings.append(
            InvalidRecord(
                cause,
                fix="Choose another keyword in the ERP, or free this one in the shop under Design "
                "> SEO URL.",
                code="store.keyword_taken",
            )
        )
