"""What a company does with what it is sent: defaults, arithmetic, stock, states, refusals."""

from __future__ import annotations

from collections.abc import Mapping

from agent.sandbox.sap_b1.company import Logic

from . import desk, pictures
from .seed import seed
from .services import SERVICES
from .sets import Sets

LOGIC: Mapping[str, Logic] = Sets()

__all__ = ["LOGIC", "SERVICES", "desk", "pictures", "seed"]
