"""A refused login is tried once: whoever meets it pauses the connection for everybody."""

from __future__ import annotations

import pytest

from agent.errors import AuthError, BridgeError, MissingRight, Paused, Unreachable
from agent.services.container import Services
from agent_tests.unit.services.support import PlayedRegistry, draft


def meet(services: Services, connection: int, error: BridgeError) -> None:
    with pytest.raises(type(error)), services.erp_pool.borrow(connection):
        raise error


def test_a_refused_login_pauses_the_connection(
    services: Services, registry: PlayedRegistry
) -> None:
    ours, others = (services.connections.add(draft(name=name)).id for name in ("one", "two"))
    meet(services, ours, AuthError("The password is wrong", fix="Enter the right one."))
    paused = services.connections.get(ours).paused
    assert paused is not None
    assert paused.cause == "The password is wrong"
    with pytest.raises(Paused), services.erp_pool.borrow(ours):
        pass
    assert len(registry.asked) == 1, "nobody tries the password again"
    with services.erp_pool.borrow(others):
        assert len(registry.asked) == 2
    services.connections.resume(ours)
    with services.erp_pool.borrow(ours):
        assert len(registry.asked) == 3


def test_a_login_refused_at_the_first_word_pauses_it_too(
    services: Services, registry: PlayedRegistry
) -> None:
    ours = services.connections.add(draft()).id
    registry.trouble = AuthError("The key expired", fix="Make a new one.")
    with pytest.raises(AuthError), services.erp_pool.borrow(ours):
        pass
    assert services.connections.get(ours).paused is not None


@pytest.mark.parametrize(
    "error", [MissingRight("Not this table", fix="Ask"), Unreachable("Nobody", fix="Wait")]
)
def test_what_is_no_refused_login_pauses_nothing(services: Services, error: BridgeError) -> None:
    ours = services.connections.add(draft()).id
    meet(services, ours, error)
    assert services.connections.get(ours).paused is None
