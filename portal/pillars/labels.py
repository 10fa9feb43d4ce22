"""The words that people read for what the rules know by a code."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.pillars.rules import Format, Home, Kind, Level

KINDS: dict[Kind, LazyString] = {
    Kind.ACTIVITY: _l("Activity"),
    Kind.AGREEMENT: _l("Agreement"),
    Kind.BODY: _l("Joint body"),
    Kind.CAMPAIGN: _l("Campaign"),
    Kind.DIALOGUE: _l("Dialogue"),
    Kind.EVENT: _l("Event"),
    Kind.FRAMEWORK: _l("Framework"),
    Kind.FUNDING: _l("Funding"),
    Kind.GOAL: _l("Goal"),
    Kind.MILESTONE: _l("Milestone"),
    Kind.PROCESS: _l("Process"),
    Kind.PROCUREMENT: _l("Procurement"),
    Kind.PROGRAM: _l("Program"),
    Kind.PROJECT: _l("Project"),
    Kind.PUBLICATION: _l("Report"),
    Kind.RESOURCE: _l("Resource"),
}
LEVELS: dict[Level, LazyString] = {
    Level.CO_CHAIRS: _l("Meeting of the co-chairs"),
    Level.CABINET: _l("Cabinet level"),
}
FORMATS: dict[Format, LazyString] = {
    Format.VIRTUAL: _l("Held online"),
    Format.IN_PERSON: _l("Held in person"),
}
HOMES: dict[Home, LazyString] = {
    Home.US: _l("United States"),
    Home.MX: _l("Mexico"),
    Home.BINATIONAL: _l("Of both countries"),
    Home.INTERNATIONAL: _l("International"),
    Home.UNSPECIFIED: _l("Country not stated in the source"),
}
LANGUAGES: dict[str, LazyString] = {"en": _l("in English"), "es": _l("in Spanish")}
