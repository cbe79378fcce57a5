"""ERPs that must be given room for the bridge's own notes before anything is written."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from agent.erp.port import Finding


@runtime_checkable
class PreparableErp(Protocol):
    """The part of an ERP connection that an admin prepares once; see the module.

    Until it is prepared, the connection's writing calls raise ConfigError.
    """

    def missing(self) -> list[Finding]:
        """Return what is missing, a finding each, or one that is ``ok``; changes nothing.

        Raises:
            TransientError, AuthError, ConfigError: the ERP cannot be asked.
        """
        ...

    def prepare(self) -> list[Finding]:
        """Make what is missing; returns a finding for each part. Repeating it changes nothing.

        Raises:
            TransientError, AuthError, ConfigError: the ERP cannot be asked.
        """
        ...
