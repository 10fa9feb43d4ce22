"""The words of the audit log, where both languages are needed at once: what was done, by whom, to what, in detail."""

from collections.abc import Callable, Mapping
from typing import Any

from portal.audit.rules import Fault
from portal.db import Bilingual
from portal.policy.labels import REASONS
from portal.submissions import receipts
from portal.submissions.labels import CHANNELS, COUNTRIES, LANGUAGES, STAKEHOLDER_TYPES, STATUSES, VERDICTS

ACTIONS: dict[str, Bilingual] = {
    "account:created": Bilingual("Account created", "Cuenta creada"),
    "account:disabled": Bilingual("Account closed", "Cuenta cerrada"),
    "account:enabled": Bilingual("Account opened again", "Cuenta reabierta"),
    "account:link-sent": Bilingual("One-time link sent", "Enlace de un solo uso enviado"),
    "account:password-changed": Bilingual("Password changed", "Contraseña cambiada"),
    "account:reset": Bilingual("Password taken away, new link given", "Contraseña anulada y enlace nuevo"),
    "account:roles-changed": Bilingual("Roles changed", "Funciones cambiadas"),
    "account:warned": Bilingual("Owner warned of failed sign-ins", "Aviso a su titular por intentos fallidos"),
    "account:welcomed": Bilingual("Account taken up by its owner", "Cuenta activada por su titular"),
    "account:linked": Bilingual("Account tied to single sign-on", "Cuenta vinculada al acceso institucional"),
    "audit:signed-anew": Bilingual("End of the log signed anew", "Final de la bitácora firmado de nuevo"),
    "audit:verified": Bilingual("Log checked", "Bitácora verificada"),
    "decision:brought-forward": Bilingual("Decision put into effect early", "Efecto de la decisión anticipado"),
    "decision:made": Bilingual("Decision made", "Decisión tomada"),
    "decision:undone": Bilingual("Decision undone", "Decisión deshecha"),
    "export:made": Bilingual("Rows taken away as a file", "Filas descargadas en un archivo"),
    "factor:added": Bilingual("Second factor added", "Segundo factor agregado"),
    "factor:removed": Bilingual("Second factor removed", "Segundo factor eliminado"),
    "factor:used-up": Bilingual("Recovery code used", "Código de recuperación usado"),
    "import:made": Bilingual("File of submissions taken in", "Archivo de aportaciones importado"),
    "original:opened": Bilingual("Original opened", "Original consultado"),
    "pillars:loaded": Bilingual("Pillars loaded", "Pilares cargados"),
    "publication:made": Bilingual("Public version published", "Versión pública difundida"),
    "publication:retracted": Bilingual("Public version taken back", "Versión pública retirada"),
    "queue:listed": Bilingual("Queue opened, with first words", "Cola consultada, con primeras palabras"),
    "queue:searched": Bilingual("Queue searched by words", "Cola buscada por palabras"),
    "response:published": Bilingual("Response published", "Respuesta publicada"),
    "staff:confirmed": Bilingual("Second factor shown again", "Segundo factor confirmado"),
    "staff:signed-in": Bilingual("Signed in", "Inicio de sesión"),
    "staff:signed-out": Bilingual("Signed out", "Cierre de sesión"),
    "submission:claimed": Bilingual("Taken from the queue", "Tomada de la cola"),
    "submission:erased": Bilingual("Submission erased", "Aportación suprimida"),
    "submission:opened-to-both": Bilingual("Shown to both governments", "Visible para ambos gobiernos"),
    "submission:restricted": Bilingual("Shown to one government alone", "Visible para un solo gobierno"),
    "submission:received": Bilingual("Submission received", "Aportación recibida"),
    "submission:released": Bilingual("Given back to the queue", "Devuelta a la cola"),
    "submission:withdrawn": Bilingual("Submission withdrawn", "Aportación retirada"),
}

GROUPS: dict[str, Bilingual] = {
    "account": Bilingual("Accounts", "Cuentas"),
    "audit": Bilingual("Audit log", "Bitácora de auditoría"),
    "decision": Bilingual("Decisions", "Decisiones"),
    "export": Bilingual("Exports", "Exportaciones"),
    "factor": Bilingual("Second factors", "Segundos factores"),
    "import": Bilingual("Imports", "Importaciones"),
    "original": Bilingual("Originals", "Originales"),
    "pillars": Bilingual("Pillars", "Pilares"),
    "publication": Bilingual("Public versions", "Versiones públicas"),
    "queue": Bilingual("Queue", "Cola"),
    "response": Bilingual("Responses", "Respuestas"),
    "staff": Bilingual("Staff", "Personal"),
    "submission": Bilingual("Submissions", "Aportaciones"),
}

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
PERSON_OUTSIDE = Bilingual("A person outside", "Una persona externa")
COMMAND = Bilingual("An operator, by command", "Operación del sistema, por comando")
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

WORDS: dict[str, Bilingual] = {
    "added": Bilingual("Added", "Agregados"),
    "answered": Bilingual("Submissions answered", "Aportaciones atendidas"),
    "as_of": Bilingual("As of", "Al"),
    "before": Bilingual("Roles before", "Funciones anteriores"),
    "broken": Bilingual("Breaks at event", "Se rompe en el evento"),
    "by": Bilingual("By", "Por"),
    "changed": Bilingual("Changed", "Modificados"),
    "channel": Bilingual("Channel", "Canal"),
    "country": Bilingual("Country", "País"),
    "decision": Bilingual("Decision no.", "Decisión núm."),
    "end": Bilingual("End of the log", "Final de la bitácora"),
    "events": Bilingual("Events", "Eventos"),
    "factor": Bilingual("Factor", "Factor"),
    "factors": Bilingual("Second factors too", "También los segundos factores"),
    "faults": Bilingual("Events that do not fit", "Eventos que no corresponden"),
    "format": Bilingual("Format", "Formato"),
    "found": Bilingual("Found", "Resultado"),
    "government": Bilingual("Government", "Gobierno"),
    "hits": Bilingual("Found", "Encontradas"),
    "hidden_passages": Bilingual("Hidden passages", "Pasajes testados"),
    "narrowed": Bilingual("Narrowed", "Filtrada"),
    "passkey": Bilingual("Passkey no.", "Llave de acceso núm."),
    "reason": Bilingual("Reason", "Motivo"),
    "reasons": Bilingual("Reasons", "Motivos"),
    "removed": Bilingual("Removed", "Eliminados"),
    "roles": Bilingual("Roles", "Funciones"),
    "rows": Bilingual("Rows", "Filas"),
    "scope": Bilingual("Scope", "Alcance"),
    "sessions": Bilingual("Sessions ended", "Sesiones cerradas"),
    "there": Bilingual("Taken in before", "Importadas antes"),
    "undecided": Bilingual("Not decided yet", "Sin decidir"),
    "unchanged": Bilingual("As they were", "Sin cambios"),
    "verdict": Bilingual("Decision", "Resolución"),
}
SCOPE: dict[str, Bilingual] = {
    "q": Bilingual("words", "palabras"),
    "pillar": Bilingual("pillar", "pilar"),
    "type": Bilingual("sector", "sector"),
    "language": Bilingual("language", "idioma"),
    "country": Bilingual("country", "país"),
    "status": Bilingual("status", "estado"),
    "from": Bilingual("from", "desde"),
    "to": Bilingual("until", "hasta"),
}
ROLES: dict[str, Bilingual] = {
    "moderator": Bilingual("Moderator", "Moderación"),
    "reviewer": Bilingual("Reviewer", "Revisión"),
    "analyst": Bilingual("Analyst", "Análisis"),
    "editor": Bilingual("Editor", "Edición"),
    "responder": Bilingual("Responder", "Respuesta"),
    "administrator": Bilingual("Administrator", "Administración"),
    "auditor": Bilingual("Auditor", "Auditoría"),
}
BY: dict[str, Bilingual] = {
    "its author": Bilingual("its author", "su autora o autor"),
    "password": Bilingual("password", "contraseña"),
    "passkey": Bilingual("passkey", "llave de acceso"),
    "app": Bilingual("code of an app", "código de una aplicación"),
    "totp": Bilingual("code of an app", "código de una aplicación"),
    "oidc": Bilingual("single sign-on", "acceso institucional"),
    "recovery code": Bilingual("recovery code", "código de recuperación"),
    "recovery codes": Bilingual("recovery codes", "códigos de recuperación"),
}
ERASURES: dict[str, Bilingual] = {
    "arco": Bilingual("ARCO rights, law of Mexico", "derechos ARCO, ley de México"),
    "privacy_act": Bilingual("Privacy Act, law of the United States", "Privacy Act, ley de los Estados Unidos"),
    "retention": Bilingual("time to keep it over", "plazo de conservación concluido"),
    "error": Bilingual("should never have been stored", "no debió guardarse"),
}
YES = Bilingual("yes", "sí")
EVERYTHING = Bilingual("everything", "todo")
FOUND: dict[str, Bilingual] = {
    "whole": Bilingual("whole", "íntegra"),
    Fault.CHANGED: Bilingual("an event was changed", "un evento modificado"),
    Fault.MISSING: Bilingual("events are missing", "faltan eventos"),
    Fault.INSERTED: Bilingual("an event was put in", "un evento insertado"),
    Fault.REORDERED: Bilingual("an event was moved", "un evento cambiado de lugar"),
    Fault.HEAD: Bilingual("another end than was signed", "un final distinto del firmado"),
    Fault.KEY: Bilingual("signed under another key", "firmada con otra llave"),
    Fault.PAST: Bilingual("another past than was noted", "un pasado distinto del anotado"),
}

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

Labels = Mapping[Any, Bilingual]


def action_words(action: str, language: str) -> str:
    """Say what was done; an action that nobody has named yet says its code."""
    return ACTIONS[action][language] if action in ACTIONS else action


def actor_words(action: str, actor_id: int | None, names: Mapping[int, str], language: str) -> str:
    """Say who it was: a colleague by name, else a person outside, an operator or the portal itself."""
    if actor_id is not None:
        return names.get(actor_id) or UNKNOWN_STAFF[language].format(number=actor_id)
    if action in BY_PEOPLE:
        return PERSON_OUTSIDE[language]
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


def detail_words(detail: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """Write an event's details as pairs of name and value; one that nobody has named yet keeps its own name."""
    written = []
    for name, value in detail.items():
        if value in ([], {}, None) and name != "scope":
            continue
        label = WORDS[name][language] if name in WORDS else name.replace("_", " ")
        written.append((label, VALUES[name](value, language) if name in VALUES else _plain(value, language)))
    return written


def _named(labels: Labels) -> Callable[[Any, str], str]:
    by_name = {str(code): label for code, label in labels.items()}

    def write(value: Any, language: str) -> str:
        listed = value if isinstance(value, list) else [value]
        return ", ".join(by_name[str(one)][language] if str(one) in by_name else str(one) for one in listed) or "–"

    return write


def _plain(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return YES[language] if value else "–"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "–"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items()) or "–"
    return str(value)


def _scope(value: Any, language: str) -> str:
    if not isinstance(value, dict) or not value:
        return EVERYTHING[language]
    shown = (
        (SCOPE[name][language] if name in SCOPE else name, SCOPE_VALUES.get(name, _plain)(one, language))
        for name, one in value.items()
    )
    return "; ".join(f"{name}: {one}" for name, one in shown)


CHANNELS_BY_NAME = {str(channel): label for channel, label in CHANNELS.items()}
SCOPE_VALUES: dict[str, Callable[[Any, str], str]] = {
    "type": _named(STAKEHOLDER_TYPES),
    "language": _named(LANGUAGES),
    "country": _named(COUNTRIES),
    "status": _named(STATUSES),
}
VALUES: dict[str, Callable[[Any, str], str]] = {
    "before": _named(ROLES),
    "by": _named(BY),
    "channel": _named(CHANNELS),
    "country": _named(COUNTRIES),
    "factor": _named(BY),
    "format": lambda value, _language: str(value).upper(),
    "found": _named(FOUND),
    "government": _named(COUNTRIES),
    "reason": _named(ERASURES),
    "reasons": _named(REASONS),
    "roles": _named(ROLES),
    "scope": _scope,
    "verdict": _named(VERDICTS),
}
