"""Where an ERP tells that something changed: a hint only, told by nobody we know.

The address has an unguessable part per connection. Whatever is posted is not read: the bridge looks
by itself at what changed.
"""

from __future__ import annotations

from agent.http.access import hints, services
from agent.http.parsing import Blueprint
from agent.services import buttons

blueprint = Blueprint("hooks", "hooks", url_prefix="/hooks", description="Hints of ERPs, unsigned")


@blueprint.route("/<int(max=2147483647):connection_id>/<token>", methods=["POST"])
@blueprint.response(204)
def hint(connection_id: int, token: str) -> None:
    """Take a hint; the answer is the same for tokens that nobody has."""
    if len(token) <= _MOST and buttons.is_hook(services(), connection_id, token):
        hints().give()


_MOST = 128
