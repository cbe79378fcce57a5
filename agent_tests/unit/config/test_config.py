"""The configuration: file, environment, secrets, and what it says about mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.config import Config, load_config, readable_by_others
from agent.errors import ConfigError


def write(folder: Path, text: str) -> Path:
    path = folder / "agent.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str, env: dict[str, str] | None = None) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load_config(write(folder, text), env or {})
    assert caught.value.fix
    return caught.value


def test_every_section_is_read(tmp_path: Path) -> None:
    config = load_config(
        write(
            tmp_path,
            """
            [database]
            host = "db.example"
            port = 3307
            user = "bridge"
            password = "p"
            name = "shop"
            prefix = "x_"
            schema = "bridge"
            [shop]
            url = "https://shop.example/"
            image_dir = "/srv/shop/image"
            [agent]
            port = 9000
            threads = 2
            data_dir = "/srv/agent"
            name = "one"
            [queue]
            kind = "redis"
            url = "redis://127.0.0.1:6379/1"
            [security]
            allow_remote = true
            tls_cert = "/c.pem"
            tls_key = "/k.pem"
            [log]
            level = "debug"
            format = "text"
            """,
        ),
        {},
    )
    assert (config.database.host, config.database.port) == ("db.example", 3307)
    assert (config.database.prefix, config.database.schema) == ("x_", "bridge")
    assert config.shop.image_dir == Path("/srv/shop/image")
    assert config.agent.bind == "127.0.0.1"
    assert config.key_file == Path("/srv/agent/vault.key")
    assert config.pairing_file == Path("/srv/agent/pairing.json")
    assert config.queue_url == "redis://127.0.0.1:6379/1"
    assert config.security.allow_remote is True
    assert config.log.level == "debug"


def test_defaults_listen_on_loopback_only() -> None:
    config = Config()
    assert config.agent.bind == "127.0.0.1"
    assert config.security.allow_remote is False
    assert config.queue_url == "/var/lib/erp-bridge/queue.db"
    assert config.agent.name


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, '[database]\nhost = "a"\nport = 1\n[security]\nallow_remote = false\n')
    env = {
        "ERP_BRIDGE_DATABASE_HOST": "b",
        "ERP_BRIDGE_DATABASE_PORT": "3310",
        "ERP_BRIDGE_SECURITY_ALLOW_REMOTE": "yes",
        "ERP_BRIDGE_SHOP_IMAGE_DIR": "/i",
        "ERP_BRIDGE_CACHE": "/somewhere",
        "HOME": "/x",
    }
    config = load_config(path, env)
    assert config.database.host == "b"
    assert config.database.port == 3310
    assert config.security.allow_remote is True
    assert config.shop.image_dir == Path("/i")


def test_the_file_is_named_by_the_environment(tmp_path: Path) -> None:
    path = write(tmp_path, '[database]\nhost = "named"\n')
    assert load_config(None, {"ERP_BRIDGE_CONFIG": str(path)}).database.host == "named"


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no configuration file .*gone\.toml"):
        load_config(None, {"ERP_BRIDGE_CONFIG": str(tmp_path / "gone.toml")})


@pytest.mark.parametrize(
    ("text", "named", "near"),
    [
        ('[database]\nhots = "x"\n', "'hots'", "key 'host'"),
        ('[databse]\nhost = "x"\n', "[databse]", "section [database]"),
        ("[agent]\nthread = 3\n", "'thread'", "key 'threads'"),
    ],
)
def test_an_unknown_key_is_named_with_its_nearest(
    tmp_path: Path, text: str, named: str, near: str
) -> None:
    error = refused(tmp_path, text)
    assert error.code == "config.unknown_key"
    assert named in error.cause
    assert f"Did you mean {near}?" in error.fix


@pytest.mark.parametrize(
    ("variable", "near"),
    [
        ("ERP_BRIDGE_DATABASE_HOTS", "ERP_BRIDGE_DATABASE_HOST"),
        ("ERP_BRIDGE_DATABSE_HOST", "ERP_BRIDGE_DATABASE_HOST"),
    ],
)
def test_an_unknown_variable_is_named_with_its_nearest(
    tmp_path: Path, variable: str, near: str
) -> None:
    error = refused(tmp_path, "", {variable: "x"})
    assert variable in error.cause
    assert near in error.fix


@pytest.mark.parametrize(
    ("text", "env"),
    [
        ('[database]\nport = "many"\n', {}),
        ("[database]\nport = true\n", {}),
        ("[database]\nport = 70000\n", {}),
        ("[database]\nhost = 5\n", {}),
        ("[agent]\nthreads = 0\n", {}),
        ("", {"ERP_BRIDGE_AGENT_THREADS": "-1"}),
        ("", {"ERP_BRIDGE_SECURITY_ALLOW_REMOTE": "perhaps"}),
        ('[queue]\nkind = "rabbit"\n', {}),
        ('[queue]\nkind = "redis"\n', {}),
        ('[shop]\nurl = "shop.example"\n', {}),
        ('[security]\ntls_cert = "/c.pem"\n', {}),
        ('[shop]\nca_file = "/nowhere/ca.pem"\n', {}),
        ('database = "x"\n', {}),
        ("[database\n", {}),
    ],
)
def test_a_wrong_value_says_where(tmp_path: Path, text: str, env: dict[str, str]) -> None:
    refused(tmp_path, text, env)


def test_a_secret_can_live_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "db.secret"
    secret.write_text("p@ss word\n")
    config = load_config(write(tmp_path, f'[database]\npassword_file = "{secret}"\n'), {})
    assert config.database.password == "p@ss word"
    assert secret in config.secret_files()
    by_env = load_config(
        write(tmp_path, '[database]\npassword = "old"\n'),
        {"ERP_BRIDGE_DATABASE_PASSWORD_FILE": str(secret)},
    )
    assert by_env.database.password == "p@ss word"
    queue = load_config(
        write(tmp_path, '[queue]\nkind = "redis"\n'), {"ERP_BRIDGE_QUEUE_URL": "redis://:s@h/0"}
    )
    assert queue.queue_url == "redis://:s@h/0"


def test_a_password_in_the_environment_replaces_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, '[database]\npassword_file = "/nowhere"\n')
    assert load_config(path, {"ERP_BRIDGE_DATABASE_PASSWORD": "p"}).database.password == "p"


def test_a_missing_or_doubled_secret_is_an_error(tmp_path: Path) -> None:
    error = refused(tmp_path, '[database]\npassword_file = "/nowhere/at/all"\n')
    assert error.code == "config.secret_file"
    error = refused(tmp_path, '[database]\npassword = "geheim"\npassword_file = "/x"\n')
    assert "geheim" not in str(error)


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, '[database]\npassword = "geheim"\n'), {})
    assert "geheim" not in repr(config)
    assert "geheim" not in str(refused(tmp_path, "[database]\npassword = 4711\n"))


def test_a_file_with_a_password_counts_as_secret(tmp_path: Path) -> None:
    path = write(tmp_path, '[database]\npassword = "p"\n')
    assert load_config(path, {}).secret_files() == [path]
    path.chmod(0o644)
    assert readable_by_others(path)
    path.chmod(0o640)
    assert not readable_by_others(path)
    assert load_config(write(tmp_path, ""), {}).secret_files() == []
