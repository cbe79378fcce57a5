"""The shop's instance id: the namespace of everything the bridge creates in an ERP."""

from __future__ import annotations

import secrets

from agent.services.settings import SettingStore

_NAME = "instance_id"


def instance_id(settings: SettingStore) -> str:
    """Return ``opencart_<8 hex digits>``, made once per shop and the same ever after.

    External ids of ERP records begin with it, so that two shops in one ERP never meet.
    """
    return settings.get(_NAME) or settings.first(_NAME, f"opencart_{secrets.token_hex(4)}")
