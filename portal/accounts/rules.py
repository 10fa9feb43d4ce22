"""Roles are sets of permissions; views name permissions, never roles."""

from datetime import timedelta
from enum import StrEnum, auto

from email_validator import EmailNotValidError, validate_email


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


SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
FEWEST_DIFFERENT_CHARACTERS = 5

SESSION_IDLE = timedelta(minutes=30)
SESSION_LASTS = timedelta(hours=12)
SEEN_WRITTEN_EVERY = timedelta(minutes=1)

INVITATION_LASTS = timedelta(hours=72)

STAFF_ROOTS = ("/en/staff", "/es/equipo")


class PasswordProblem(StrEnum):
    """What can be wrong with a new password. No kind of character is asked for: length is what protects."""

    TOO_SHORT = auto()
    TOO_LONG = auto()
    OBVIOUS = auto()


def password_problem(password: str, *, known: tuple[str, ...] = ()) -> PasswordProblem | None:
    """Say what keeps a password from being taken; `known` is what anyone knows of its owner, such as the address."""
    if len(password) < SHORTEST_PASSWORD:
        return PasswordProblem.TOO_SHORT
    if len(password) > LONGEST_PASSWORD:
        return PasswordProblem.TOO_LONG
    folded = password.casefold()
    same = any(fact and folded.replace(fact.strip().casefold(), "") in {"", "1", "!"} for fact in known)
    if same or len(set(folded)) < FEWEST_DIFFERENT_CHARACTERS or folded in SEQUENCES:
        return PasswordProblem.OBVIOUS
    return None


# Passwords of twelve characters or more that open every list of common ones.
SEQUENCES = frozenset(
    {
        "1234567890123",
        "123456789012",
        "qwertyuiopasdf",
        "qwertyuiop123",
        "qwertyuiop12",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "password1234",
        "password12345",
        "passwordpassword",
        "contraseña123",
        "contrasena123",
        "contraseña1234",
        "contrasena1234",
        "administrator",
        "administrador",
        "iloveyou1234",
        "teamomucho12",
        "opendialogue",
        "dialogoabierto",
        "diálogoabierto",
        "open dialogue",
    }
)


def normalised(email: str) -> str:
    """Write an e-mail address as accounts are found by it."""
    return email.strip().casefold()


def is_address(email: str) -> bool:
    """Say whether a text can be an e-mail address; whether anyone reads it, nobody can know."""
    try:
        validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def is_staff_path(path: str) -> bool:
    """Say whether a path lies in the staff's part of the portal."""
    return any(path == root or path.startswith(f"{root}/") for root in STAFF_ROOTS)


def own_address(address: str) -> str | None:
    """Let through an address to go on to after signing in: a staff page of this portal, and nothing else."""
    path = address.partition("?")[0]
    safe = is_staff_path(path) and "\\" not in address and "//" not in path and address.isprintable()
    return address if safe else None
