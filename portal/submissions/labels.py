"""Words for the choices of a submission, where both languages are needed at once: lists, files, figures."""

from portal.db import Bilingual
from portal.submissions.rules import (
    Channel,
    Confidentiality,
    Country,
    ShowAs,
    StakeholderType,
    Status,
    TextLanguage,
    Verdict,
)

# What the stakeholder type is called where nobody is asked for their own.
SECTOR = Bilingual("Sector", "Sector")

STAKEHOLDER_TYPES: dict[StakeholderType, Bilingual] = {
    StakeholderType.CIVIL_SOCIETY: Bilingual("Civil society", "Sociedad civil"),
    StakeholderType.PRIVATE_SECTOR: Bilingual("Private sector", "Sector privado"),
    StakeholderType.ACADEMIA: Bilingual("Academia", "Academia"),
    StakeholderType.NGO: Bilingual("Other non-governmental organization", "Otra organización no gubernamental"),
    StakeholderType.LABOR: Bilingual("Labor organizations", "Organizaciones laborales"),
    StakeholderType.GOVERNMENT: Bilingual("Government", "Gobierno"),
    StakeholderType.INDIVIDUAL: Bilingual("Individual", "A título personal"),
    StakeholderType.OTHER: Bilingual("Another sector", "Otro sector"),
}

COUNTRIES: dict[Country, Bilingual] = {
    Country.MX: Bilingual("Mexico", "México"),
    Country.US: Bilingual("United States", "Estados Unidos"),
    Country.SV: Bilingual("El Salvador", "El Salvador"),
    Country.HN: Bilingual("Honduras", "Honduras"),
    Country.GT: Bilingual("Guatemala", "Guatemala"),
    Country.OTHER: Bilingual("Another country", "Otro país"),
}

LANGUAGES: dict[TextLanguage, Bilingual] = {
    TextLanguage.EN: Bilingual("English", "Inglés"),
    TextLanguage.ES: Bilingual("Spanish", "Español"),
    TextLanguage.OTHER: Bilingual("Another language", "Otro idioma"),
}

# In the middle of a sentence.
LANGUAGE_NAMES: dict[str, Bilingual] = {"en": Bilingual("English", "inglés"), "es": Bilingual("Spanish", "español")}

# As a mark beside a text.
WRITTEN_IN: dict[TextLanguage, Bilingual] = {
    TextLanguage.EN: Bilingual("in English", "en inglés"),
    TextLanguage.ES: Bilingual("in Spanish", "en español"),
    TextLanguage.OTHER: Bilingual("in another language", "en otro idioma"),
}

STATUSES: dict[Status, Bilingual] = {
    Status.RECEIVED: Bilingual("Received", "Recibida"),
    Status.HELD: Bilingual("On hold", "En espera"),
    Status.PUBLISHED: Bilingual("Published", "Publicada"),
    Status.NOT_PUBLISHED: Bilingual("Not published", "No publicada"),
    Status.WITHDRAWN: Bilingual("Withdrawn", "Retirada"),
    Status.ERASED: Bilingual("Erased", "Suprimida"),
}

VERDICTS: dict[Verdict, Bilingual] = {
    Verdict.PUBLISH: Bilingual("Publish", "Publicar"),
    Verdict.PUBLISH_REDACTED: Bilingual("Redact and publish", "Testar y publicar"),
    Verdict.NOT_PUBLISH: Bilingual("Do not publish", "No publicar"),
    Verdict.HOLD: Bilingual("Put on hold", "Poner en espera"),
    Verdict.RESUME: Bilingual("Return to the queue", "Regresar a la cola"),
    Verdict.UNDO: Bilingual("Undo", "Deshacer"),
    Verdict.REDECIDE: Bilingual("Decide again", "Decidir de nuevo"),
    Verdict.WITHDRAW: Bilingual("Withdraw", "Retirar"),
    Verdict.ERASE: Bilingual("Erase", "Suprimir"),
}

SHOW_AS: dict[ShowAs, Bilingual] = {
    ShowAs.NAME: Bilingual("With a name", "Con nombre"),
    ShowAs.ORGANIZATION: Bilingual("With an organization", "Con una organización"),
    ShowAs.ANONYMOUS: Bilingual("Anonymous", "Anónima"),
}

CONFIDENTIALITY: dict[Confidentiality, Bilingual] = {
    Confidentiality.PUBLIC: Bilingual("Public", "Pública"),
    Confidentiality.GOVERNMENTS_ONLY: Bilingual(
        "For the governments, with a public summary", "Para los gobiernos, con un resumen público"
    ),
}

CHANNELS: dict[Channel, Bilingual] = {
    Channel.FORM: Bilingual("Form", "Formulario"),
    Channel.PAPER: Bilingual("Paper", "Papel"),
    Channel.EMAIL: Bilingual("E-mail", "Correo electrónico"),
    Channel.EVENT: Bilingual("Event", "Evento"),
    Channel.IMPORT: Bilingual("Import", "Importación"),
}
