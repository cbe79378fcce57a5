"""Wakes cross processes by SQLite and by Redis; losing, doubling or forging them harms nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from structlog.testing import capture_logs

from agent.errors import ConfigError
from agent.ledger import Dispatcher, LocalDispatcher, redis_dispatcher, sqlite_dispatcher
from agent_tests.lab.mariadb import free_port


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("no Redis server is installed (apt install redis-server)")
    port = free_port()
    process = start_redis(binary, port, tmp_path_factory.mktemp("redis"))
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait(20)


def start_redis(binary: str, port: int, folder: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    client = redis.Redis(port=port)
    until(lambda: answers(client))
    client.close()
    return process


def answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.exceptions.ConnectionError:
        return False


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


@pytest.fixture(params=["sqlite", "redis"])
def code(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Python that makes a dispatcher named ``d``; each process makes its own."""
    if request.param == "sqlite":
        return (
            "from pathlib import Path; from agent.ledger import sqlite_dispatcher; "
            f"d = sqlite_dispatcher(Path({str(tmp_path / 'deep' / 'queue.db')!r}))"
        )
    url = request.getfixturevalue("redis_server")
    redis.Redis.from_url(url).flushall()
    return f"from agent.ledger import redis_dispatcher; d = redis_dispatcher({url!r})"


def make(code: str) -> Dispatcher:
    space: dict[str, Dispatcher] = {}
    exec(code, space)
    return space["d"]


def test_a_wake_reaches_another_process(code: str) -> None:
    woken = threading.Event()
    listener = make(code).listen(woken.set)
    subprocess.run([sys.executable, "-c", f"{code}; d.wake()"], check=True)
    assert woken.wait(30)
    listener.close()


def test_wakes_that_nobody_takes_do_not_pile_up(code: str) -> None:
    sender = make(code)
    for _ in range(500):
        sender.wake()
    woken: list[int] = []
    listener = make(code).listen(lambda: woken.append(1))
    until(lambda: len(woken) > 0)
    last = make(code)
    until(lambda: last._storage.queue_size() == 0)
    listener.close()
    assert 1 <= len(woken) <= 16


def test_a_closed_listener_hears_no_more(code: str) -> None:
    woken: list[int] = []
    dispatcher = make(code)
    listener = dispatcher.listen(lambda: woken.append(1))
    listener.close()
    dispatcher.wake()
    assert dispatcher._storage.queue_size() == 1
    assert woken == []


def test_a_forged_message_only_wakes(code: str, tmp_path: Path) -> None:
    """A pickle that would write a file is put into the queue and is never opened."""
    trap = tmp_path / "trap"
    forged = b"cos\nsystem\n(S'touch " + str(trap).encode() + b"'\ntR."
    dispatcher = make(code)
    dispatcher._storage.enqueue(forged)
    woken = threading.Event()
    listener = dispatcher.listen(woken.set)
    assert woken.wait(30)
    listener.close()
    assert not trap.exists()


def test_a_redis_that_is_down_is_logged_and_found_again(tmp_path: Path) -> None:
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("no Redis server is installed (apt install redis-server)")
    port = free_port()
    dispatcher = redis_dispatcher(f"redis://127.0.0.1:{port}/0")
    woken = threading.Event()
    with capture_logs() as logs:
        dispatcher.wake()
        dispatcher.wake()
        listener = dispatcher.listen(woken.set)
        until(lambda: "wake.deaf" in [entry["event"] for entry in logs])
    assert [entry["event"] for entry in logs].count("wake.lost") == 1
    process = start_redis(binary, port, tmp_path)
    try:
        redis_dispatcher(f"redis://127.0.0.1:{port}/0").wake()
        assert woken.wait(30)
    finally:
        listener.close()
        process.terminate()
        process.wait(20)


def test_a_file_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError) as caught:
        sqlite_dispatcher(tmp_path / "file" / "queue.db")
    assert caught.value.code == "queue.file"
    with pytest.raises(ConfigError):
        sqlite_dispatcher(tmp_path)


def test_an_address_that_is_none_says_so() -> None:
    with pytest.raises(ConfigError) as caught:
        redis_dispatcher("localhost:6379")
    assert caught.value.code == "queue.redis"


def test_within_one_process() -> None:
    woken: list[int] = []
    dispatcher = LocalDispatcher()
    listener = dispatcher.listen(lambda: woken.append(1))
    dispatcher.wake()
    listener.close()
    listener.close()
    dispatcher.wake()
    assert woken == [1]
