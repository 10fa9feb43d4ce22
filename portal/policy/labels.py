"""Words for the reasons of the moderation policy, where both languages are needed at once."""

from portal.db import Bilingual
from portal.policy.rules import Reason

# What a reason is called, in lists and beside a decision.
REASONS: dict[Reason, Bilingual] = {
    Reason.PERSONAL_DATA: Bilingual("Personal data", "Datos personales"),
    Reason.MINOR: Bilingual("A person under 18", "Una persona menor de 18 años"),
    Reason.SOURCE_PROTECTION: Bilingual("Protection of the source", "Protección de la fuente"),
    Reason.CONFIDENTIAL: Bilingual("Confidential information", "Información confidencial"),
    Reason.ABUSE: Bilingual("Attack on a person", "Agresión a una persona"),
    Reason.HATE: Bilingual("Hate", "Discurso de odio"),
    Reason.THREAT: Bilingual("Threat", "Amenaza"),
    Reason.CARE: Bilingual("Care for the writer", "Cuidado de quien escribe"),
    Reason.ILLEGAL: Bilingual("Unlawful content", "Contenido ilegal"),
    Reason.SPAM: Bilingual("Spam", "Mensaje no deseado"),
    Reason.OFF_TOPIC: Bilingual("Off topic", "Fuera de tema"),
    Reason.DUPLICATE: Bilingual("Duplicate", "Duplicada"),
}

# What stands, in brackets, where a passage was hidden.
HIDDEN: dict[Reason, Bilingual] = {
    Reason.PERSONAL_DATA: Bilingual("personal data hidden", "dato personal oculto"),
    Reason.MINOR: Bilingual("detail about a person under 18 hidden", "dato de una persona menor de 18 años oculto"),
    Reason.SOURCE_PROTECTION: Bilingual("detail hidden to protect the source", "dato oculto para proteger a la fuente"),
    Reason.CONFIDENTIAL: Bilingual("confidential information hidden", "información confidencial oculta"),
    Reason.ABUSE: Bilingual("attack on a person hidden", "agresión a una persona oculta"),
    Reason.HATE: Bilingual("hate hidden", "expresión de odio oculta"),
}


def hidden_label(code: str, language: str) -> str:
    """Name what was hidden in a place, without brackets. A code that hides no passage today gets its own name."""
    reason = Reason(code)
    return HIDDEN.get(reason, REASONS[reason])[language]


def in_brackets(code: str, language: str) -> str:
    """The same as it stands in a text: [personal data hidden]."""
    return f"[{hidden_label(code, language)}]"
