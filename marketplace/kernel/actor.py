"""Who is asking: a user, the organisation they act for, the hats it wears, and the credential that showed it."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from marketplace.kernel.errors import Forbidden


class Role(StrEnum):
    """What a member may do in their organisation, from most to least."""

    OWNER = "owner"
    MANAGER = "manager"
    OPERATOR = "operator"
    VIEWER = "viewer"


class Hat(StrEnum):
    """In which part an organisation comes to the marketplace; it may wear several."""

    CUSTOMER = "customer"
    FACTORY = "factory"
    DESIGNER = "designer"
    SUPPLIER = "supplier"


class Credential(StrEnum):
    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - the kind of credential, not one
    SYSTEM = "system"


class RoleTooSmall(Forbidden):
    """The member's role in the organisation does not cover this; `needs` names the least one that does."""

    code = "role_too_small"


class ScopeMissing(Forbidden):
    """The API token's scopes do not cover this; `needs` names the one that does."""

    code = "scope_missing"


RANK = {Role.VIEWER: 0, Role.OPERATOR: 1, Role.MANAGER: 2, Role.OWNER: 3}


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts; `organisation_id` is empty for a person who has chosen none, for staff, and for the platform."""

    user_id: UUID | None = None
    organisation_id: UUID | None = None
    role: Role | None = None
    hats: frozenset[Hat] = field(default_factory=frozenset)
    credential: Credential = Credential.SYSTEM
    credential_id: UUID | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)
    is_staff: bool = False

    @property
    def organisation(self) -> UUID:
        """The organisation acted for; only asked behind a door that made sure there is one."""
        if self.organisation_id is None:
            raise Forbidden("This needs an organisation to act for.")
        return self.organisation_id

    def needs(self, least: Role) -> None:
        """Refuse members whose role is smaller than `least`. Raises RoleTooSmall."""
        if self.role is None or RANK[self.role] < RANK[least]:
            raise RoleTooSmall(f"This needs the role {least} or more in the organisation.", role=self.role, needs=least)


SYSTEM = Actor()
"""The platform itself: jobs and the provider's events."""
