"""Roles are sets of permissions; views name permissions, never roles."""

import re
from datetime import timedelta
from enum import StrEnum, auto

from email_validator import EmailNotValidError, validate_email
from zxcvbn import zxcvbn


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


class AccountState(StrEnum):
    """Whether somebody can sign in."""

    INVITED = auto()
    ACTIVE = auto()
    DISABLED = auto()


class LastFactor(Exception):
    """Without it an account would have no second factor."""


def may_manage(own: str, whose: str, *, has_administrator: bool) -> bool:
    """Say whether somebody who manages accounts may change one of a government, or invite to it.

    Each government looks after its own staff, so that neither lets itself into what the other alone may read. As long
    as one has no administrator, the other's can invite and look after its first.
    """
    return own == whose or not has_administrator


def permissions_of(roles: set[Role]) -> frozenset[Permission]:
    """Join the permissions of several roles."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
MEASURED_CHARACTERS = 72  # what the estimate reads: its time grows with the square of the length
LEAST_STRENGTH = 3  # of zxcvbn's 0 to 4: more than 10^8 guesses, each of which costs an argon2 hash

SESSION_IDLE = timedelta(minutes=30)
SESSION_LASTS = timedelta(hours=12)
SEEN_WRITTEN_EVERY = timedelta(minutes=1)

HALF_WAY_LASTS = timedelta(minutes=10)  # between the password and the second factor
FRESH_FOR = timedelta(minutes=10)  # after a factor was shown, what needs a recent one is open
CHALLENGE_LASTS = timedelta(minutes=5)

INVITATION_LASTS = timedelta(hours=72)

WRONG_TRIES_WAIT = timedelta(seconds=20)  # past the limit of wrong tries, each further one waits so long
WRONG_TRIES_TICKET_LASTS = timedelta(minutes=10)

WARNED_EVERY = timedelta(hours=1)
SHOWN_WARNING_LASTS = timedelta(days=7)

ISSUER = "Open Dialogue"  # as apps and passkeys list the account; one entry serves both languages
RECOVERY_CODES = 10
RECOVERY_CODE_CHARACTERS = 12  # 60 bits of the receipt codes' alphabet
MOST_PASSKEYS = 10
LONGEST_PASSKEY_NAME = 60
LONGEST_NAME = 120

STAFF_ROOTS = ("/en/staff", "/es/equipo")


class PasswordProblem(StrEnum):
    """What can be wrong with a new password. No kind of character is asked for: length is what protects."""

    TOO_SHORT = auto()
    TOO_LONG = auto()
    OBVIOUS = auto()


def password_problem(password: str, *, known: tuple[str, ...] = ()) -> PasswordProblem | None:
    """Say what keeps a password from being taken; `known` is what anyone knows of its owner, such as the address.

    What is common is judged by zxcvbn, which ships lists of leaked passwords, names and words, and knows keyboards,
    repeats and dates.
    """
    if len(password) < SHORTEST_PASSWORD:
        return PasswordProblem.TOO_SHORT
    if len(password) > LONGEST_PASSWORD:
        return PasswordProblem.TOO_LONG
    facts = [part for fact in known for part in (fact, *re.split(r"\W+", fact)) if part]
    estimate = zxcvbn(password[:MEASURED_CHARACTERS], user_inputs=[*facts, *SPANISH_WORDS])
    return PasswordProblem.OBVIOUS if estimate["score"] < LEAST_STRENGTH else None


# Words of common Spanish passwords, which the lists of the package lack.
SPANISH_WORDS = (
    *("contraseña", "contrasena", "administrador", "administradora", "moderador", "moderadora", "dialogo", "diálogo"),
    *("abierto", "mexico", "méxico", "gobierno", "bienvenido", "bienvenida", "teamo", "mucho", "amor", "hola"),
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


SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)


def device_of(user_agent: str) -> str:
    """Name browser and system of a User-Agent header, such as `Firefox, Android`; empty where neither is known."""
    names = (next((name for mark, name in table if mark in user_agent), "") for table in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in names if name)


def spelled_code(code: str) -> str:
    """Write a recovery code in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


FOLDED = str.maketrans("OIL", "011", "- ")


def folded_code(typed: str) -> str:
    """Read a recovery code as people type it: any case, with or without hyphens, O for 0, I and L for 1."""
    return typed.upper().translate(FOLDED)
