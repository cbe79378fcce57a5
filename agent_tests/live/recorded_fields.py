"""Fields of technical models of which the sandbox serves a few only."""

from __future__ import annotations

_OWN = {"id", "display_name", "create_uid", "create_date", "write_uid", "write_date"}
ONLY: dict[str, set[str]] = {
    "ir.model.access": {
        *_OWN,
        *("name", "active", "model_id", "group_id"),
        *("perm_read", "perm_write", "perm_create", "perm_unlink"),
    },
    "ir.ui.view": {
        *_OWN,
        *("name", "model", "type", "arch", "arch_db", "priority", "active", "inherit_id", "mode"),
    },
    "ir.ui.menu": {
        *_OWN,
        *("name", "active", "sequence", "parent_id", "child_id", "action", "groups_id"),
        "group_ids",
    },
    "ir.actions.act_window": {
        *_OWN,
        *("name", "type", "res_model", "view_mode", "domain", "context", "target", "limit"),
        *("help", "binding_model_id", "binding_type", "binding_view_types", "groups_id"),
        "group_ids",
    },
    "ir.actions.server": {
        *_OWN,
        *("name", "type", "usage", "state", "sequence", "model_id", "code", "webhook_url"),
        *("binding_model_id", "binding_type", "binding_view_types", "groups_id", "group_ids"),
    },
}
