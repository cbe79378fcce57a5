"""Rights: which groups may read, write, create and delete records of a model."""

from __future__ import annotations

from .faults import AccessError, ServerError
from .records import Records, rpc

LETTERS = {"read": "r", "write": "w", "create": "c", "unlink": "u"}
VERBS = {"read": "access", "write": "modify", "create": "create", "unlink": "delete"}


class Access(Records):
    """The model-level rights, from the schema's ``access``."""

    @rpc("model")
    def check_access_rights(self, operation: str, raise_exception: bool = True) -> bool:
        """Tell (or refuse) whether the user may do ``operation`` on the model."""
        if operation not in LETTERS:
            raise ServerError("Invalid access mode", "AssertionError")
        if self.may(operation):
            return True
        if raise_exception:
            raise self._refusal(operation)
        return False

    @rpc("records", only="19")
    def has_access(self, ids: list[int], operation: str) -> bool:
        """Tell whether the user may do ``operation`` (Odoo 19)."""
        del ids
        return self.may(operation)

    def may(self, operation: str) -> bool:
        """Tell whether the user may do ``operation`` on the model."""
        letter = LETTERS[operation]
        if self.env.su:
            return True
        if self.schema.manual:
            mine = self.env.group_ids()
            return any(letter in r and (g is None or g in mine) for g, r in self.schema.grants)
        granted = [xid for xid, rights in self.schema.access.items() if letter in rights]
        return "*" in granted or any(self.env.has_group(xid) for xid in granted)

    def check_right(self, operation: str) -> None:
        """Refuse ``operation`` when the user may not.

        Raises:
            AccessError: no group of the user grants it.
        """
        needs_read = {"write", "unlink"} if self.env.version == "14" else {"write"}
        if operation in needs_read and not self.may("read"):
            operation = "read"
        if not self.may(operation):
            raise self._refusal(operation)

    def _refusal(self, operation: str) -> AccessError:
        letter = LETTERS[operation]
        groups = self.env.site.groups
        granting = [xid for xid, rights in self.schema.access.items() if letter in rights]
        names = [
            full if full == name else f"{full[: -len(name) - 3]}/{name}"
            for full, name in sorted(
                (groups[xid]["full_name"], groups[xid]["name"]) for xid in granting if xid in groups
            )
        ]
        text = (
            f"You are not allowed to {VERBS[operation]} '{self.schema.label}' ({self.name}) "
            "records.\n\n"
        )
        if names:
            listed = "\n".join(f"\t- {name}" for name in names)
            text += f"This operation is allowed for the following groups:\n{listed}\n\n"
        else:
            text += "No group currently allows this operation.\n\n"
        return AccessError(text + "Contact your administrator to request access if necessary.")
