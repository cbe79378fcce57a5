"""Texts and days as B1's fields take them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

NAME, STREET, PHONE, CITY, ZIP, STATE = 100, 100, 20, 100, 20, 3
"""Characters that fit names, streets, telephone numbers, cities, postcodes, states."""
COMMENTS = 254


def cut(text: str, longest: int) -> str:
    """Return text on one line that fits a field; what is cut off is shown by an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def head(text: str, longest: int) -> str:
    """Return the beginning of a number or code that has to stay what it is, without an ellipsis."""
    return " ".join(text.split())[:longest].rstrip()


def day_of(value: Any) -> date | None:
    """Return a day that B1 told: ``2026-01-31``, with or without a time of day behind it."""
    text = str(value or "")[:10]
    return date.fromisoformat(text) if text else None


def as_day(moment: datetime | date) -> str:
    """Return a day as B1 reads it."""
    return f"{moment:%Y-%m-%d}"


def yes(value: Any) -> bool:
    """Tell whether one of B1's switches is on."""
    return bool(value == "tYES")
