"""Roles are sets of permissions; views name permissions, never roles."""

from enum import StrEnum, auto


class Permission(StrEnum):
    """What a member of staff may do."""

    MODERATE = auto()
    REVIEW = auto()
    REASSIGN = auto()
    READ_ORIGINAL = auto()
    ANALYSE = auto()
    EXPORT_UNPUBLISHED = auto()
    EDIT_CONTENT = auto()
    RESPOND = auto()
    MANAGE_ACCOUNTS = auto()
    READ_AUDIT = auto()
    ERASE = auto()


class Role(StrEnum):
    """What a member of staff is."""

    MODERATOR = auto()
    REVIEWER = auto()
    ANALYST = auto()
    EDITOR = auto()
    RESPONDER = auto()
    ADMINISTRATOR = auto()
    AUDITOR = auto()


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.MODERATOR: frozenset({Permission.MODERATE}),
    Role.REVIEWER: frozenset(
        {
            Permission.MODERATE,
            Permission.REVIEW,
            Permission.REASSIGN,
            Permission.READ_ORIGINAL,
            Permission.ERASE,
        }
    ),
    Role.ANALYST: frozenset({Permission.ANALYSE, Permission.EXPORT_UNPUBLISHED}),
    Role.EDITOR: frozenset({Permission.EDIT_CONTENT}),
    Role.RESPONDER: frozenset({Permission.ANALYSE, Permission.RESPOND}),
    Role.ADMINISTRATOR: frozenset({Permission.MANAGE_ACCOUNTS, Permission.READ_AUDIT}),
    Role.AUDITOR: frozenset({Permission.READ_AUDIT}),
}


class StaffCountry(StrEnum):
    """Which government a member of staff works for."""

    US = "US"
    MX = "MX"


def permissions_of(roles: set[Role]) -> frozenset[Permission]:
    """Join the permissions of several roles."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))
