"""What the browser tests share: agents, stand-ins for them and for Odoo, the owner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from agent.sandbox.odoo import OdooSandbox
from agent_tests.browser.installed import Installed, install, pair
from agent_tests.browser.owner import Owner
from agent_tests.browser.pretence import Pretence, pretend
from agent_tests.lab.browser import Tab
from agent_tests.lab.odoo_database import Login
from agent_tests.lab.opencart import Store
from agent_tests.lab.opencart_agent import ShopAgent, start_agent

Paired = Callable[[Store], AbstractContextManager[Owner]]


@pytest.fixture
def odoo() -> Iterator[Login]:
    """Give the sandbox Odoo."""
    server = OdooSandbox("19").start()
    account = server.users["admin"]
    yield Login(server.url, server.database, account.login, account.password)
    server.stop()


@pytest.fixture
def agents() -> Iterator[Callable[[Store], ShopAgent]]:
    """Give a function that starts the agent of a shop; its log is shown when the test fails."""
    running: list[ShopAgent] = []

    def start(store: Store) -> ShopAgent:
        running.append(start_agent(store))
        return running[-1]

    yield start
    for agent in running:
        print(agent.log()[-6000:])
        agent.stop()


@pytest.fixture
def paired(agents: Callable[[Store], ShopAgent], extension_zip: Path, tab: Tab) -> Paired:
    """Give a function that installs the extension and pairs a real agent with it.

    What it gives is the owner, logged in; script errors and log lines fail the test in the end.
    """

    @contextmanager
    def at(store: Store) -> Iterator[Owner]:
        install(store, extension_zip)
        agent = agents(store)
        owner = Owner(store, tab)
        with owner.pictured():
            owner.log_in()
            owner.pair(agent.url, agent.token)
            yield owner
            tab.assert_quiet()
            assert store.error_log() == []

    return at


@pytest.fixture
def agent(shop: Installed) -> Iterator[Pretence]:
    """Give the stand-in for the agent, paired with the test module's shop."""
    agent = pretend(shop)
    pair(shop, agent.url, agent.token)
    yield agent
    agent.stop()


@pytest.fixture
def owner(shop: Installed, agent: Pretence, tab: Tab) -> Iterator[Owner]:
    """Give the owner of that shop, logged in; script errors and log lines fail the test."""
    shop.store.forget_errors()
    owner = Owner(shop.store, tab)
    with owner.pictured():
        owner.log_in()
        yield owner
    tab.assert_quiet()
    assert shop.store.error_log() == []
