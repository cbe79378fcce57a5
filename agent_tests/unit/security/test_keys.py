"""Key files: the vault's and the pairing's."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.errors import ConfigError
from agent.security.pairing import Pairing, PairingKey
from agent.security.vault import Vault

VECTORS = Path(__file__).resolve().parents[2] / "php" / "vectors" / "signing.json"
NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_vault_gives_back_what_it_was_given(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "deep" / "vault.key")
    assert vault.ensure() is True
    assert vault.ensure() is False
    assert mode(vault.path) == 0o600
    token = vault.encrypt("pässwörd")
    assert "pässwörd".encode() not in token
    assert Vault(vault.path).decrypt(token) == "pässwörd"
    assert vault.encrypt("pässwörd") != token


def test_rotation_keeps_old_secrets_until_the_old_key_is_dropped(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault.key")
    vault.ensure()
    old = vault.encrypt("one")
    running = Vault(vault.path)
    assert running.decrypt(old) == "one"
    vault.add_key()
    fresh = vault.encrypt("two")
    assert running.decrypt(fresh) == "two", "a running process takes up the new key"
    moved = vault.reencrypt(old)
    assert vault.drop_old_keys() == 1
    assert mode(vault.path) == 0o600
    assert vault.decrypt(moved) == "one"
    assert vault.decrypt(fresh) == "two"
    with pytest.raises(ConfigError) as caught:
        vault.decrypt(old)
    assert caught.value.code == "vault.key_wrong"


def test_a_missing_damaged_or_empty_key_file_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "vault.key"
    with pytest.raises(ConfigError) as missing:
        Vault(path).encrypt("x")
    assert missing.value.code == "vault.key_missing"
    for text in ("not a key\n", "", "é\n"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError) as damaged:
            Vault(path).check()
        assert damaged.value.code == "vault.key_damaged"


def test_pairing_keys_are_made_shown_and_rotated(tmp_path: Path) -> None:
    pairing = Pairing(tmp_path / "pairing.json")
    with pytest.raises(ConfigError) as missing:
        pairing.current()
    assert missing.value.code == "pairing.missing"
    assert pairing.ensure(NOW) is True
    assert pairing.ensure(NOW) is False
    assert mode(pairing.path) == 0o600
    first = pairing.current()
    assert first.created_at == "2025-01-02T03:04:05+00:00"
    assert PairingKey.parse(first.token()).secret == first.secret
    reader = Pairing(pairing.path)
    assert reader.live_keys() == (first,)
    second = pairing.rotate(NOW)
    assert reader.live_keys() == (second, first), "a running process takes up the new key"
    third = pairing.rotate(NOW)
    assert pairing.live_keys() == (third, second), "two live keys, no more"
    assert pairing.retire() == 1
    assert pairing.live_keys() == (third,)
    assert len({first.id, second.id, third.id}) == 3


def test_the_secret_is_not_shown_by_accident() -> None:
    key = PairingKey("abcd1234", b"S" * 32)
    assert "S" * 8 not in repr(key)
    assert "U1NT" not in f"{key}"


@pytest.mark.parametrize(
    "token",
    [
        *json.loads(VECTORS.read_text("utf-8"))["bad_tokens"],
        "erpb1.abcd1234.",
        "erpb1.abcd1234." + "A" * 43 + ".x",
    ],
)
def test_a_mangled_token_is_refused(token: str) -> None:
    with pytest.raises(ConfigError) as caught:
        PairingKey.parse(token)
    assert caught.value.code == "pairing.form"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"keys": []}', '{"keys": [{"key": "x"}]}'])
def test_a_damaged_pairing_file_is_explained(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pairing.json"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        Pairing(path).live_keys()
    assert caught.value.code == "pairing.damaged"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_root_leaves_the_files_to_the_agents_user(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    vault = Vault(folder / "vault.key")
    vault.ensure()
    vault.add_key()
    assert vault.path.stat().st_uid == 65534
