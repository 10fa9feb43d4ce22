"""The words of the audit log for who it was, what it was about, and what a check found, in both languages."""

from collections.abc import Mapping

from portal.audit.rules import Fault
from portal.db import Bilingual
from portal.reports.event_store import Event
from portal.submissions import receipts
from portal.submissions.labels import CHANNELS

# Who it was, where no member of staff: by what was done.
BY_PEOPLE = frozenset({"submission:received", "submission:withdrawn"})
BY_COMMAND = frozenset(
    {
        "account:created",
        "account:disabled",
        "account:reset",
        "account:roles-changed",
        "audit:signed-anew",
        "audit:verified",
        "export:made",
        "import:made",
        "pillars:loaded",
        "submission:erased",
    }
)
BY_PROVIDER = "oidc"  # in the details of what single sign-on did
PERSON_OUTSIDE = Bilingual("A person outside", "Una persona externa")
COMMAND = Bilingual("An operator, by command", "Operación del sistema, por comando")
SINGLE_SIGN_ON = Bilingual("Single sign-on", "Acceso institucional")
SYSTEM = Bilingual("The portal", "El portal")
UNKNOWN_STAFF = Bilingual("Staff no. {number}", "Personal núm. {number}")

SUBJECTS: dict[str, Bilingual] = {
    "audit": Bilingual("Audit log", "Bitácora de auditoría"),
    "pillars": Bilingual("The four pillars", "Los cuatro pilares"),
    "queue": Bilingual("Queue", "Cola"),
    "export:all": Bilingual("All submissions", "Todas las aportaciones"),
    "export:audit": Bilingual("Audit log", "Bitácora de auditoría"),
    "export:public": Bilingual("Public submissions", "Aportaciones públicas"),
}
RESPONSE = Bilingual("Response no. {number}", "Respuesta núm. {number}")

CHANNELS_BY_NAME = {str(channel): label for channel, label in CHANNELS.items()}

FAULTS: dict[Fault, Bilingual] = {
    Fault.CHANGED: Bilingual("Event {id} was changed.", "El evento {id} fue modificado."),
    Fault.MISSING: Bilingual(
        "Events are missing where event {id} should stand.", "Faltan eventos donde debería estar el evento {id}."
    ),
    Fault.INSERTED: Bilingual("Event {id} was put in by another hand.", "El evento {id} no lo insertó el portal."),
    Fault.REORDERED: Bilingual("Event {id} was moved.", "El evento {id} fue cambiado de lugar."),
    Fault.HEAD: Bilingual(
        "The log does not end where the portal signed that it ends.",
        "La bitácora no termina donde el portal firmó que termina.",
    ),
    Fault.KEY: Bilingual(
        "The end of the log is signed with a key that is not held here.",
        "El final de la bitácora está firmado con una llave que no está disponible aquí.",
    ),
    Fault.PAST: Bilingual("The log does not pass through what was noted.", "La bitácora no pasa por lo anotado."),
}


def actor_words(event: Event, names: Mapping[int, str], language: str) -> str:
    """Say who it was: a colleague by name, else a person outside, the provider, an operator or the portal itself."""
    action, actor_id = event.action, event.actor_id
    if actor_id is not None:
        return names.get(actor_id) or UNKNOWN_STAFF[language].format(number=actor_id)
    if action in BY_PEOPLE:
        return PERSON_OUTSIDE[language]
    if event.detail.get("by") == BY_PROVIDER:
        return SINGLE_SIGN_ON[language]
    return COMMAND[language] if action in BY_COMMAND else SYSTEM[language]


def subject_words(subject: str, names: Mapping[int, str], language: str) -> str:
    """Say what it was about: a receipt code as people write it, a colleague, a response, a thing by its name."""
    kind, _, key = subject.partition(":")
    if subject in SUBJECTS:
        return SUBJECTS[subject][language]
    if kind in {"submission", "publication"}:
        return receipts.spelled(key)
    if kind == "staff" and key.isdecimal():
        return names.get(int(key)) or UNKNOWN_STAFF[language].format(number=key)
    if kind == "response":
        return RESPONSE[language].format(number=key)
    return CHANNELS_BY_NAME[key][language] if kind == "import" and key in CHANNELS_BY_NAME else subject


def staff_in(subject: str) -> int | None:
    """Give the number of the member of staff that a subject names."""
    kind, _, key = subject.partition(":")
    return int(key) if kind == "staff" and key.isdecimal() else None
