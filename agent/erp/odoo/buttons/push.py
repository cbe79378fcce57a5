"""Push: Odoo calls the agent when something changed, where it can (Odoo 17 and later).

Measured on 19: a webhook action posts after the commit, waits one second at most and never tries
again. It posts once per record; the automations made here call it once per transaction instead,
and not for changes by the bridge, so that nobody who saves or imports waits for more than that one
call. It is a hint: what changed is read by polling, which goes on as ever.
"""

from __future__ import annotations

from agent.erp.odoo.buttons import code
from agent.erp.odoo.buttons.install import AUTOMATION, TECHNICAL, load_parts, remove_parts
from agent.erp.odoo.buttons.names import PUSH, Names, part_word
from agent.erp.odoo.buttons.parts import ACTION, FIELDS_MARK, MODEL_MARK, Part
from agent.erp.odoo.buttons.state import may_make, present
from agent.erp.odoo.connection import Connection
from agent.erp.port import Finding

WATCHED: dict[str, tuple[str, ...]] = {
    "stock.quant": ("quantity", "reserved_quantity"),
    "product.template": ("list_price", "active", "sale_ok"),
}
"""Models and fields whose changes are told; what else the shop follows waits for the next poll."""
HOOK = "push_hook_"


def set_push(cx: Connection, url: str) -> list[Finding]:
    """Let Odoo call ``url`` on changes; empty: not any more. See :class:`ButtonsErp`.

    Raises:
        AuthError: the user may not make actions and automations.
    """
    if not can_push(cx):
        if url:
            return [_none(cx)]
        return [Finding("ok", "push", "Odoo calls nobody")]
    may_make(cx, TECHNICAL)
    automations = cx.facts.has(AUTOMATION, "action_server_ids")
    found = _parts(cx, url, automations) if url else []
    held = present(cx)
    wanted = {f"buttons_{part.name}" for part in found}
    remove_parts(cx, {n: h for n, h in held.items() if n.startswith(PUSH) and n not in wanted})
    if not url:
        return [Finding("ok", "push", "Odoo calls nobody")]
    load_parts(cx, found, held)
    if automations:
        return [
            Finding("ok", "push", "Odoo tells the bridge when stock, products or prices change")
        ]
    return [
        Finding(
            "warning",
            "push",
            "Odoo tells the bridge of presses only",
            "The app Automation Rules (base_automation) is not installed",
            "Install it in Odoo (Apps) and make the buttons again; until then the bridge finds "
            "changes by looking every few seconds.",
            "odoo.no_automation",
        )
    ]


def can_push(cx: Connection) -> bool:
    """Tell whether this Odoo has webhooks."""
    return "webhook" in cx.facts.fields(ACTION)["state"].selection


def _none(cx: Connection) -> Finding:
    return Finding(
        "warning",
        "push",
        f"Odoo {cx.facts.version.text} cannot call the bridge",
        "Webhooks came with Odoo 17",
        "Nothing to do: the bridge looks for changes every few seconds.",
        "odoo.no_push",
    )


def _parts(cx: Connection, url: str, automations: bool) -> list[Part]:
    names = Names(cx.instance)
    found = []
    if cx.facts.has(names.queue):
        found.append(_hook(names.queue, "push_press", url))
    if not automations:
        return found
    for model, fields in WATCHED.items():
        if cx.facts.has(model):
            found += _watch(names, model, url, fields)
    return found


def _hook(model: str, part: str, url: str) -> Part:
    cells = {
        "name": "OpenCart: call the bridge",
        "model_id/.id": f"{MODEL_MARK}{model}",
        "state": "webhook",
        "webhook_url": url,
    }
    return Part(part, ACTION, cells)


def _watch(names: Names, model: str, url: str, fields: tuple[str, ...]) -> list[Part]:
    word = part_word(model)
    rule = {
        "name": "OpenCart: tell the bridge of changes",
        "model_id/.id": f"{MODEL_MARK}{model}",
        "trigger": "on_create_or_write",
        "trigger_field_ids/.id": f"{FIELDS_MARK}{model}:{','.join(fields)}",
    }
    step = {
        "name": "OpenCart: tell the bridge of changes",
        "model_id/.id": f"{MODEL_MARK}{model}",
        "base_automation_id/id": names.full(f"push_rule_{word}"),
        "usage": "base_automation",
        "state": "code",
        "code": code.changed(names, f"{HOOK}{word}"),
    }
    return [
        _hook(model, f"{HOOK}{word}", url),
        Part(f"push_rule_{word}", AUTOMATION, rule),
        Part(f"push_step_{word}", ACTION, step),
    ]
