"""Addresses of streets, as they are written in the United States and in Mexico."""

import re
from collections.abc import Iterator

from portal.screening.context import is_public
from portal.screening.rules import Finding, Kind

UPPER = r"[A-Z\u00c1\u00c9\u00cd\u00d3\u00da\u00d1\u00dc]"

US_STREET = (
    r"(?:Street|St|Avenue|Ave|Boulevard|Blvd|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Terrace|Ter|Trail|Trl|Circle|"
    r"Cir|Parkway|Pkwy|Highway|Hwy|Way|Loop|Square|Sq|Alley|Cove|Run)(?!\w)\.?"
)
US_SIDE = r"(?: (?:[NSEW]|North|South|East|West|N[EW]|S[EW])\.?)?"
US_NAME = rf"(?: (?:\d{{1,3}}(?:st|nd|rd|th)|{UPPER}[\w'\-]{{0,24}})){{1,4}}?"
US_UNIT = r"(?:,? (?:Apt|Apartment|Unit|Suite|Ste|Lot|Trailer|Floor|Fl|No)\.? ?#?\w{1,6}|,? #\w{1,6})?"
US_CITY = rf"(?:, (?:St\. |Ft\. )?{UPPER}[\w']{{1,20}}(?: {UPPER}[\w']{{1,20}}){{0,3}})?"
US_TOWN = rf"{US_CITY}(?:,? (?:[A-Z]{{2}}|{UPPER}[a-z]{{3,12}})(?!\w))?(?:,? \d{{5}}(?:-\d{{4}})?)?"
US_LABEL = r"(?:(?<=live at )|(?<=lives at )|(?<=address is )|(?<=address: ))"

MX_STREET = (
    r"(?i:Calle|C\.|Avenida|Av\.?|Ave\.|Boulevard|Bulevar|Blvd\.?|Calzada|Calz\.|Privada|Priv\.|Cerrada|Cda\.|Andador|"
    r"And\.|Callej[oó]n|Circuito|Cto\.|Prolongaci[oó]n|Prol\.|Retorno|Paseo|Pasaje|Camino|Vereda|Ronda|Glorieta)"
)
MX_WORD = rf"(?:de|del|la|las|los|el|y|{UPPER}[\w.]{{0,24}})"
MX_NAME = rf"(?: (?:{MX_WORD}|\d{{1,3}}(?= (?:de|\#|n|[A-Z])))){{1,8}}?"
MX_NUMBER = (
    r"(?i:,? (?:#|n[uúo]m(?:ero)?\.?|no\.?|n[oº°]\.?))?(?: ?\#)? ?\d{1,5}(?:[ \-]?[A-Z](?!\w))?"
    r"(?![\w%])(?![.,:]\d)"
)
MX_INSIDE = (
    r"(?i:,? (?:int(?:erior|\.)?|depto?\.?|departamento|lote|lt\.?|mz[a]?\.?|manzana|casa|piso|edif(?:icio|\.)?|local)"
    r"\.? ?#?\w{1,5}){0,3}"
)
MX_KIND = r"(?i:col(?:onia|\.)?|fracc(?:ionamiento|\.)?|barrio|unidad(?: habitacional)?|ejido)"
MX_QUARTER = rf"{MX_KIND}(?: {MX_WORD}){{1,6}}"
MX_CODE = r"(?i:,? ?C\.? ?P\.? ?\d{5}(?!\d)|,? c[oó]digo postal \d{5}(?!\d))"

FORMS = {
    "address:us-street": re.compile(rf"(?<![\w$.,/\-])\d{{1,6}}[A-Z]?{US_SIDE}{US_NAME} {US_STREET}{US_UNIT}{US_TOWN}"),
    "address:us-label": re.compile(
        rf"{US_LABEL}\d{{1,6}}(?: [\w'.\-]{{1,24}}){{1,4}}? {US_STREET}{US_UNIT}", re.IGNORECASE
    ),
    "address:us-box": re.compile(rf"(?<!\w)(?i:P\.? ?O\.? Box) \d{{1,7}}{US_TOWN}"),
    "address:mx-street": re.compile(
        rf"(?<!\w){MX_STREET}{MX_NAME}{MX_NUMBER}{MX_INSIDE}(?:,? (?:en la )?{MX_QUARTER})?(?:{MX_CODE})?"
    ),
    "address:mx-quarter": re.compile(rf"(?<!\w){MX_QUARTER}{MX_CODE}"),
    "address:mx-plot": re.compile(r"(?<!\w)(?:manzana|mza?\.?) ?\w{1,4},? (?:lote|lt\.?) ?\d{1,4}\w?", re.IGNORECASE),
}


def find(text: str) -> Iterator[Finding]:
    """Find addresses of streets in both countries, unless the words before call them an organization's."""
    for rule, form in FORMS.items():
        for hit in form.finditer(text):
            if not is_public(text, hit.start()):
                yield Finding(*hit.span(), Kind.ADDRESS, rule)
