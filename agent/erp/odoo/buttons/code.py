"""What Odoo runs when somebody presses, and when a record changes.

Odoo evaluates this in its own restricted Python (no imports, no dunder names), the same on 14 to
19. The first line names what the rest does, for people who read it in Odoo.
"""

from __future__ import annotations

from agent.erp.odoo.buttons.names import Names

TITLE = "OpenCart"
QUEUED = {"en": "Queued: ", "de": "Vorgemerkt: "}
"""What a person is told after pressing, by language; the number of records follows."""

_PRESS = """\
# opencart: queue the chosen records in {queue}
queue = env['{queue}']
chosen = records or record or model
kind = env['ir.model'].sudo().search([('model', '=', chosen._name)]).name
waiting = queue.search([
    ('x_model', '=', chosen._name), ('x_res_id', 'in', chosen.ids), ('x_state', '=', 'todo'),
]).mapped('x_res_id')
made = queue.create([
    {{'x_name': one.display_name, 'x_kind': kind, 'x_model': one._name, 'x_res_id': one.id,
     'x_state': 'todo'}} for one in chosen if one.id not in waiting
])
hint = env.ref('{hint}', raise_if_not_found=False)
if made and hint:
    hint.sudo().with_context(
        active_model=made._name, active_id=made[0].id, active_ids=made[0].ids).run()
texts = {texts}
text = texts.get((env.lang or 'en')[:2]) or texts['en']
action = {{
    'type': 'ir.actions.client', 'tag': 'display_notification',
    'params': {{'title': '{title}', 'message': text + str(len(chosen)), 'type': 'success'}},
}}
"""

_CHANGED = """\
# opencart: tell the bridge once per transaction that something changed
told = env.cr.postcommit.data
if not told.get('{mark}'):
    told['{mark}'] = True
    hint = env.ref('{hint}', raise_if_not_found=False)
    if hint and not env.context.get('opencart_bridge'):
        hint.sudo().run()
"""


def press(names: Names) -> str:
    """Return the code of *Synchronize to OpenCart*: a row per record that is not waiting yet."""
    return _PRESS.format(
        queue=names.queue, hint=names.full("push_press"), texts=QUEUED, title=TITLE
    )


def changed(names: Names, hook: str) -> str:
    """Return the code that calls the webhook ``hook``, not for changes by the bridge itself."""
    return _CHANGED.format(hint=names.full(hook), mark=names.instance)
