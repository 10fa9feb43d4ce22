"""The words of the audit log for the details of an event, in both languages."""

from collections.abc import Callable, Mapping
from typing import Any

from portal.audit.rules import Fault
from portal.db import Bilingual
from portal.policy.labels import REASONS
from portal.submissions.labels import CHANNELS, COUNTRIES, LANGUAGES, STAKEHOLDER_TYPES, STATUSES, VERDICTS

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
    "governments": Bilingual("as shown to", "según lo visible para"),
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

Labels = Mapping[Any, Bilingual]


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


SCOPE_VALUES: dict[str, Callable[[Any, str], str]] = {
    "type": _named(STAKEHOLDER_TYPES),
    "language": _named(LANGUAGES),
    "country": _named(COUNTRIES),
    "status": _named(STATUSES),
    "governments": lambda value, language: _named(COUNTRIES)(str(value).split(), language),
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
