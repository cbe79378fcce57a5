"""The class all models derive from, and the list of those with behaviour of their own."""

from __future__ import annotations

from .grouping import Grouping


class Model(Grouping):
    """A model of Odoo bound to the surroundings of a call.

    What the schema declares works for every model. A subclass adds behaviour by the names of its
    methods: ``compute_<field>(record)``, ``inverse_<field>(ids, value)``,
    ``search_<field>(operator, value)``, and by ``defaults``, ``after_create``, ``after_write``,
    ``validate``, ``display_name``.
    """
