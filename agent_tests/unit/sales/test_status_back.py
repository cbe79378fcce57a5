"""Statuses that would lead in a circle are found before they are stored."""

from __future__ import annotations

from agent.erp.sales import Step
from agent.services.status_back import find_loop
from agent.sync.sales.facts import BackRule, Fact


def test_there_and_back_between_two_statuses_is_a_circle() -> None:
    actions = {"2": (Step.CONFIRM,), "3": (Step.CONFIRM, Step.DELIVER)}
    rules = {Fact.CONFIRMED: BackRule("3"), Fact.SHIPPED: BackRule("2")}
    found = find_loop(actions, rules)
    assert found is not None
    assert found[1] in (["2", "3", "2"], ["3", "2", "3"])


def test_a_longer_way_round_is_found_too() -> None:
    actions = {"1": (Step.CONFIRM,), "2": (Step.INVOICE,), "3": (Step.PAY,)}
    rules = {
        Fact.CONFIRMED: BackRule("2"),
        Fact.INVOICED: BackRule("3"),
        Fact.PAID: BackRule("1"),
    }
    found = find_loop(actions, rules)
    assert found is not None
    assert len(found[1]) == 4


def test_going_on_and_staying_are_none() -> None:
    actions = {
        "1": (Step.CONFIRM,),
        "2": (Step.CONFIRM,),
        "3": (Step.CONFIRM, Step.DELIVER),
        "5": (Step.CONFIRM, Step.DELIVER, Step.INVOICE, Step.PAY),
    }
    rules = {
        Fact.CONFIRMED: BackRule("2"),
        Fact.SHIPPED: BackRule("3"),
        Fact.PAID: BackRule(None, comment="Paid"),
    }
    assert find_loop({"1": actions["1"], "2": actions["2"]}, rules) is None
    assert find_loop({"3": actions["3"]}, {Fact.SHIPPED: BackRule("3")}) is None
    assert find_loop(actions, {Fact.INVOICED: BackRule("5")}) is None


def test_a_status_nobody_acts_on_ends_the_way() -> None:
    rules = {Fact.CONFIRMED: BackRule("2"), Fact.CANCELLED: BackRule("1")}
    assert find_loop({"1": (Step.CONFIRM,)}, rules) is None
