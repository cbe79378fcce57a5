"""ERP connections: stored encrypted, shown without secrets, paused and resumed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from agent.errors import ConfigError, Unreachable
from agent.ledger import JobRequest, NewTask
from agent.security.vault import Vault
from agent.services.connection_records import ConnectionDraft, Pause
from agent.services.container import Services
from agent.services.errors import Conflict, InvalidInput, NotFound
from agent.services.order_settings import ORDER_FIELDS
from agent.services.two_way_settings import TWO_WAY_FIELDS
from agent_tests.unit.services.support import SECRET, PlayedRegistry, draft


def wrong_fields(services: Services, **changes: Any) -> set[str]:
    with pytest.raises(InvalidInput) as caught:
        services.connections.add(draft(**changes))
    assert SECRET not in str(caught.value)
    return set(caught.value.fields)


def test_a_connection_is_stored_with_typed_settings_and_an_encrypted_secret(
    services: Services,
) -> None:
    info = services.connections.add(
        draft(
            settings={
                "url": "https://erp.example/",
                "user": " bridge ",
                "batch": "20",
                "images": "no",
            }
        )
    )
    own = {f.name for f in (*ORDER_FIELDS, *TWO_WAY_FIELDS)}
    assert {name: value for name, value in info.settings.items() if name not in own} == {
        "url": "https://erp.example",
        "user": "bridge",
        "mode": "a",
        "batch": 20,
        "images": False,
        "follow": True,
        "link_existing": True,
    }
    assert info.to_plain()["has_secret"] is True
    assert info.to_plain()["state"] == "active"
    assert services.connections.secret(info.id) == SECRET
    table = services.database.tables.connection
    with services.database.begin() as connection:
        row = connection.execute(select(table)).one()
    assert SECRET.encode() not in row.secret
    assert SECRET not in json.dumps(info.to_plain())
    assert SECRET not in repr(info)
    assert SECRET not in repr(draft())


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": ""}, {"name"}),
        ({"name": "x" * 65}, {"name"}),
        ({"kind": "sap"}, {"kind"}),
        ({"secret": ""}, {"secret"}),
        ({"settings": {}}, {"settings.url", "settings.user"}),
        ({"settings": {"url": "erp.example", "user": "u"}}, {"settings.url"}),
        ({"settings": {"url": "https://u:p@erp.example", "user": "u"}}, {"settings.url"}),
        ({"settings": {"url": "https://erp.example:x", "user": "u"}}, {"settings.url"}),
        ({"settings": {"url": "https://e.example", "user": "u", "batch": "x"}}, {"settings.batch"}),
        ({"settings": {"url": "https://e.example", "user": "u", "mode": "c"}}, {"settings.mode"}),
        ({"settings": {"url": "https://e.example", "user": ["u"]}}, {"settings.user"}),
        (
            {"settings": {"url": "https://e.example", "user": "u", "images": "perhaps"}},
            {"settings.images"},
        ),
        (
            {"settings": {"url": "https://e.example", "user": "u", "password": "p"}},
            {"settings.password"},
        ),
        ({"settings": {"url": "https://e.example", "user": "u", "batch": 13}}, {"settings.batch"}),
    ],
)
def test_wrong_input_is_refused_by_field(
    services: Services, changes: dict[str, Any], fields: set[str]
) -> None:
    assert wrong_fields(services, **changes) == fields
    assert services.connections.every() == []


def test_an_unknown_setting_names_the_nearest(services: Services) -> None:
    with pytest.raises(InvalidInput, match="did you mean company"):
        services.connections.add(
            draft(settings={"url": "https://e.example", "user": "u", "compny": "1"})
        )


def test_names_are_unique(services: Services) -> None:
    first = services.connections.add(draft())
    with pytest.raises(Conflict) as caught:
        services.connections.add(draft())
    assert caught.value.code == "connection.name_taken"
    second = services.connections.add(draft(name="other"))
    with pytest.raises(Conflict):
        services.connections.change(second.id, ConnectionDraft(name="main"))
    assert services.connections.find("main").id == first.id
    assert services.connections.find(str(second.id)).name == "other"
    with pytest.raises(NotFound, match=r"(?s)nobody"):
        services.connections.find("nobody")


def test_a_change_leaves_what_it_does_not_name(services: Services) -> None:
    info = services.connections.add(draft())
    services.connections.change(info.id, ConnectionDraft(settings={"batch": 7}, secret=""))
    changed = services.connections.get(info.id)
    assert changed.settings["batch"] == 7
    assert changed.settings["user"] == "bridge"
    assert services.connections.secret(info.id) == SECRET
    services.connections.change(info.id, ConnectionDraft(secret="new", name="renamed"))
    assert services.connections.secret(info.id) == "new"
    assert services.connections.get(info.id).name == "renamed"
    with pytest.raises(Conflict):
        services.connections.change(info.id, ConnectionDraft(kind="sap_b1"))


def test_unknown_connections_are_not_found(services: Services) -> None:
    for call in (
        services.connections.get,
        services.connections.secret,
        services.connections.pause,
        services.connections.resume,
        services.connections.remove,
        services.connections.test,
        services.erp,
    ):
        with pytest.raises(NotFound):
            call(99)
    with pytest.raises(NotFound):
        services.connections.change(99, ConnectionDraft(name="x"))


def test_a_test_logs_in_stores_nothing_and_closes(
    services: Services, registry: PlayedRegistry
) -> None:
    info = services.connections.add(draft())
    assert [f.level for f in services.connections.test(info.id)] == ["ok"]
    wrong = services.connections.test(info.id, ConnectionDraft(secret="wrong"))
    assert [(f.level, f.code) for f in wrong] == [("error", "erp.login")]
    assert services.connections.secret(info.id) == SECRET
    assert services.connections.test_draft(draft(name=None))[0].level == "ok"
    registry.trouble = Unreachable("Nobody answers", fix="Start it.")
    assert services.connections.test(info.id)[0].code == "erp.unreachable"
    assert registry.open == 0
    assert len(services.connections.every()) == 1


@pytest.mark.parametrize(
    "elsewhere",
    [{"url": "https://elsewhere.example"}, {"url": "http://erp.example"}, {"ca_file": "/tmp/x"}],
)
def test_the_stored_secret_is_not_sent_to_another_server(
    services: Services, registry: PlayedRegistry, elsewhere: dict[str, str]
) -> None:
    info = services.connections.add(draft())
    for call in (services.connections.test, services.connections.change):
        for secret in (None, ""):
            with pytest.raises(InvalidInput) as caught:
                call(info.id, ConnectionDraft(settings=elsewhere, secret=secret))
            assert caught.value.code == "connection.secret_again"
            assert "Enter it again" in caught.value.fields["secret"][0]
            assert SECRET not in str(caught.value)
    assert registry.asked == []
    assert services.connections.get(info.id).settings == info.settings

    again = ConnectionDraft(settings=elsewhere, secret=SECRET)
    assert [f.level for f in services.connections.test(info.id, again)] == ["ok"]
    assert elsewhere.items() <= services.connections.change(info.id, again).settings.items()
    same = ConnectionDraft(settings={**elsewhere, "batch": 3})
    assert services.connections.change(info.id, same).settings["batch"] == 3
    assert [f.level for f in services.connections.test(info.id, same)] == ["ok"]


def test_choices_come_from_the_form_or_the_erp(
    services: Services, registry: PlayedRegistry
) -> None:
    info = services.connections.add(draft())
    assert services.connections.choices(info.id, "company") == [], "this one knows no companies"
    assert services.connections.choices(info.id, "mode")[1] == {"value": "b", "label": "B"}
    assert registry.open == 0
    for name in ("user", "secret", "nothing"):
        with pytest.raises(NotFound):
            services.connections.choices(info.id, name)


def test_a_paused_connection_is_not_used_until_a_person_resumes_it(
    services: Services, registry: PlayedRegistry
) -> None:
    info = services.connections.add(draft())
    services.connections.pause(info.id, Pause("erp.login", "Login failed.", "Mend it."))
    shown = services.connections.get(info.id).to_plain()
    assert shown["state"] == "paused"
    assert shown["paused"] == {"code": "erp.login", "cause": "Login failed.", "fix": "Mend it."}
    with pytest.raises(ConfigError) as caught:
        services.erp(info.id)
    assert caught.value.code == "erp.login"
    assert registry.asked == []
    services.connections.resume(info.id)
    services.erp(info.id).close()
    assert registry.asked[0][2] == SECRET


def test_a_connection_with_work_is_not_removed(services: Services) -> None:
    info = services.connections.add(draft())
    job = services.ledger.create_job(
        JobRequest(info.id, "products", "to-erp", "cli"), [NewTask("k", "sync.page")]
    )
    with pytest.raises(Conflict) as caught:
        services.connections.remove(info.id)
    assert caught.value.code == "connection.busy"
    services.ledger.cancel_job(job)
    services.connections.remove(info.id)
    assert services.connections.every() == []


def test_secrets_survive_a_rotation_of_the_key(services: Services) -> None:
    info = services.connections.add(draft())
    services.vault.add_key()
    assert services.connections.reencrypt() == 1
    services.vault.drop_old_keys()
    assert services.connections.secret(info.id) == SECRET


def test_another_key_file_is_explained(services: Services) -> None:
    info = services.connections.add(draft())
    services.vault.path.unlink()
    Vault(services.vault.path).ensure()
    with pytest.raises(ConfigError) as caught:
        services.erp(info.id)
    assert caught.value.code == "vault.key_wrong"
