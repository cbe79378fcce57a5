"""Writes many records in few calls: change sets of bounded size, halved where one is refused.

A change set is all or nothing and tells one refusal. So one that fails is cut in two until the
record that is to blame stands alone; the others go on. What met somebody else's write (-2039) is
sent again: only columns of the shop's are in it, so nothing of the other's is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from agent.erp.draft import Draft
from agent.erp.sap_b1.batch import Operation
from agent.erp.sap_b1.connection import Work
from agent.erp.sap_b1.faults import Changed, Exists
from agent.errors import BridgeError, Held, PermanentError

MOST = 20
"""Operations in a change set: a few seconds of work for B1, which serves nobody else meanwhile."""
_TRIES = 4


@dataclass(slots=True)
class Step:
    """What belongs together of one record: all of it is done, or nothing.

    ``refused`` is asked what to do about a refusal: it returns another step to try instead, or None
    where the error stands; by default it stands. ``label`` names the part (an item's code).
    """

    draft: Draft
    operations: list[Operation]
    label: str = ""
    refused: Callable[[BridgeError], Step | None] | None = None
    done: bool = field(default=False, init=False)


def write(work: Work, steps: Sequence[Step]) -> None:
    """Do all steps; errors stay with the drafts they belong to.

    Raises:
        TransientError, AuthError, ConfigError: the whole call could not be made.
    """
    for group in _groups([step for step in steps if step.operations]):
        _send(work, group)
        work.progress()


def _groups(steps: Sequence[Step]) -> list[list[Step]]:
    groups: list[list[Step]] = []
    size = 0
    for step in steps:
        if not groups or size + len(step.operations) > MOST:
            groups.append([])
            size = 0
        groups[-1].append(step)
        size += len(step.operations)
    return groups


def _send(work: Work, steps: list[Step]) -> None:
    if len(steps) == 1:
        _alone(work, steps[0])
        return
    try:
        work.cx.client.together([o for step in steps for o in step.operations])
    except (PermanentError, Held, Changed):
        middle = len(steps) // 2
        _send(work, steps[:middle])
        _send(work, steps[middle:])
        return
    for step in steps:
        _note(step)


def _alone(work: Work, step: Step) -> None:
    current = step
    for attempt in range(_TRIES):
        try:
            work.cx.client.together(current.operations)
        except Changed:
            if attempt == _TRIES - 1:
                raise
        except (PermanentError, Held) as error:
            other = current.refused(error) if current.refused is not None else None
            if other is None:
                step.draft.error = step.draft.error or error
                return
            current = other
        else:
            _note(step)
            return
    step.draft.error = step.draft.error or _endless(step)


def _note(step: Step) -> None:
    step.done = True
    step.draft.touched = True


def _endless(step: Step) -> Exists:
    return Exists(
        f"SAP keeps refusing {step.label or 'the record'}, each time for another reason",
        fix="Look at the record in SAP, and synchronize it again.",
        code="sap_b1.refused",
    )
