"""What is made once: a record and a row of the user table ``@ERPB_KEY`` in one change set.

The row's ``Code`` is the key of the record: its external id, or a name made from it for what
belongs to it (``…_delivery``). A table has each code once, so that a repeated change set fails as a
whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from agent.erp.sap_b1.batch import Operation
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import Exists
from agent.erp.sap_b1.sets import Row

SET = "U_ERPB_KEY"
FIELD = "U_ERPB_ID"
LONGEST = 50
"""Characters of a user table's ``Code``."""
LONGEST_ID = 64
"""Characters of ``U_ERPB_ID``."""


def code_of(external_id: str, longest: int = LONGEST) -> str:
    """Return an external id as a code; what is too long ends in a hash of all of it."""
    if len(external_id) <= longest:
        return external_id
    digest = hashlib.blake2b(external_id.encode(), digest_size=10).hexdigest()
    return f"{external_id[: longest - 21]}#{digest}"


def id_of(external_id: str) -> str:
    """Return an external id as ``U_ERPB_ID`` has it."""
    return code_of(external_id, LONGEST_ID)


def claim(external_id: str, name: str = "") -> Operation:
    """Return the operation that takes a key: the first of its change set.

    ``name`` is the reference of what is made, where it is known beforehand.
    """
    code = code_of(external_id)
    return Operation.post(SET, {"Code": code, "Name": name or code})


def made(cx: Connection, external_id: str, record: Operation) -> Row | None:
    """Make a record and take its key, both or none; returns what B1 answers.

    None: the key is taken, so that the record was made before (look for it).

    Raises:
        BridgeError: B1 refused the record, or the answer is missing.
    """
    try:
        return cx.client.together([claim(external_id), record])[-1]
    except Exists:
        if taken(cx, [external_id]):
            return None
        raise


def taken(cx: Connection, external_ids: Sequence[str]) -> dict[str, str]:
    """Return which keys are taken, with the reference that is noted with each."""
    codes = {code_of(name): name for name in external_ids}
    rows = cx.client.find(SET, "Code", list(codes), ("Code", "Name"))
    return {codes[str(row["Code"])]: str(row.get("Name") or "") for row in rows}
