"""Ways to reach a person: phones of both countries, e-mail addresses, addresses of streets."""

import re
from collections.abc import Iterator, Sequence

import phonenumbers
from phonenumbers import PhoneNumberType

from portal.screening.context import OTHER_NUMBERS, before, is_amount, is_public, label
from portal.screening.rules import Finding, Kind

GAP = r"(?:[ \u00a0]?[\-.\u2010\u2011\u2013/][ \u00a0]?|[ \u00a0])"
PHONE = re.compile(
    rf"(?<![^\W_])(?<![$#/@])(?<!\d[.,/ \-])(?:(?P<plus>\+|00)(?=[1-9])|(?<!\+))"
    rf"(?P<country>(?:52{GAP}?(?:1{GAP}?)?|1{GAP}?)(?=[(\d])|(?:044|045|01){GAP}?(?=[(\d]))?"
    rf"(?P<national>\(\d{{2,3}}\){GAP}?\d{{3,4}}{GAP}?\d{{4}}|\d{{3}}{GAP}\d{{3}}{GAP}\d{{4}}|\d{{2}}{GAP}\d{{4}}{GAP}\d{{4}}|"
    rf"(?P<weak>\d{{3}}{GAP}\d{{3}}{GAP}\d{{2}}{GAP}\d{{2}}|\d{{2}}(?:{GAP}\d{{2}}){{4}}|\d{{3}}{GAP}\d{{7}}|\d{{2}}{GAP}\d{{8}}|"
    rf"\d{{10}}))(?![^\W_])(?![.,/\-]\d)"
)
ABROAD = re.compile(rf"(?<![^\W_])\+[1-9]\d{{0,2}}(?:{GAP}?\(?\d{{1,4}}\)?){{2,6}}(?![^\W_])")
YEARS = re.compile(r"\D*\d{2}\D+(?:19|20)\d{2}\D+(?:19|20)\d{2}")
OF_PHONES = label(
    r"tel(?:[eé]fonos?|s)?|phones?|cel(?:s|ular(?:es)?)?|cell(?: ?phone)?|mobile|m[oó]vil|whats ?app|wa|fax|call|text|"
    r"ll[aá]me(?:me|nos|nme)?|ll[aá]mame|marca?r?(?:me)?|m[aá]r[qc]u?[ea](?:n?me|nos)|comun[ií]qu[ea](?:n?se|rse)|"
    r"reach(?: me)?(?: at)?|(?:call|text|ring)(?: (?:me|us|her|him))?(?: any ?time)?(?: at| on)?|contact(?:o|ar)?(?: me)?"
    r"(?: at)?|my number|mi n[uú]mero|home line|nurse at|direct line|extensi[oó]n|recados?"
)
OPEN_TO_ALL = frozenset({PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN})

EMAIL = re.compile(r"(?<![\w.+\-@])[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,6}(?<![.\-])")
SPELLED = re.compile(
    r"(?<![\w.+\-])[\w.+\-]{1,64} ?(?:[(\[{] ?(?:at|arroba) ?[)\]}]| arroba ) ?[\w\-]{1,63}"
    r"(?: ?(?:\.|[(\[{] ?(?:dot|punto) ?[)\]}]| punto ) ?[\w\-]{2,63}){1,4}",
    re.IGNORECASE,
)
ROLES = frozenset(
    "info informacion information contact contacto contactus atencion ventas sales prensa press media office oficina "
    "hello hola help ayuda support soporte admin administracion webmaster noreply no-reply comments comentarios "
    "secretaria secretary recepcion reception direccion editor redaccion transparencia foia quejas service servicio "
    "servicios team equipo mail correo consultas consulta feedback dialogue dialogo hled dean membership rh hr intake".split()
)
OF_STATE = re.compile(r"[.@](?:gov|mil|gob\.mx)$", re.IGNORECASE)

UPPER = r"[A-Z\u00c1\u00c9\u00cd\u00d3\u00da\u00d1\u00dc]"
US_STREET = (
    r"(?:Street|St|Avenue|Ave|Boulevard|Blvd|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Terrace|Ter|Trail|Trl|Circle|"
    r"Cir|Parkway|Pkwy|Highway|Hwy|Way|Loop|Square|Sq|Alley|Cove|Run)"
)
US_UNIT = r"(?:,? (?:Apt|Apartment|Unit|Suite|Ste|Lot|Trailer|Floor|Fl|No)\.? ?#?\w{1,6}|,? #\w{1,6})"
US_TOWN = rf"(?:, (?:St\. |Ft\. )?{UPPER}[\w']{{1,20}}(?: {UPPER}[\w']{{1,20}}){{0,3}})?(?:,? (?:[A-Z]{{2}}|{UPPER}[a-z]{{3,12}}))?(?:,? \d{{5}}(?:-\d{{4}})?)?"
US_ADDRESS = re.compile(
    rf"(?<![\w$.,/\-])\d{{1,6}}[A-Z]?(?: (?:[NSEW]|North|South|East|West|N[EW]|S[EW])\.?)?"
    rf"(?: (?:\d{{1,3}}(?:st|nd|rd|th)|{UPPER}[\w'\-]{{0,24}})){{1,4}}? {US_STREET}(?![\w])\.?{US_UNIT}?{US_TOWN}"
)
US_LIVES = re.compile(
    rf"(?:(?<=live at )|(?<=lives at )|(?<=address is )|(?<=address: ))\d{{1,6}}(?: [\w'.\-]{{1,24}}){{1,4}}? {US_STREET}(?!\w)\.?{US_UNIT}?",
    re.IGNORECASE,
)
PO_BOX = re.compile(rf"(?<!\w)P\.? ?O\.? Box \d{{1,7}}{US_TOWN}", re.IGNORECASE)

MX_STREET = (
    r"(?:Calle|C\.|Avenida|Av\.?|Ave\.|Boulevard|Bulevar|Blvd\.?|Calzada|Calz\.|Privada|Priv\.|Cerrada|Cda\.|Andador|And\.|"
    r"Callej[oó]n|Circuito|Cto\.|Prolongaci[oó]n|Prol\.|Retorno|Paseo|Pasaje|Camino|Vereda|Ronda|Glorieta)"
)
MX_NAME = rf"(?: (?:de|del|la|las|los|el|y|\d{{1,3}}(?= (?:de|\#|n|[A-Z]))|{UPPER}[\w.]{{0,24}})){{1,8}}?"
MX_NUMBER = r"(?:,? (?:#|n[uúo]m(?:ero)?\.?|no\.?|n[oº°]\.?))? ?#? ?\d{1,5}(?:[ \-]?[A-Z](?!\w))?(?![\w%])(?![.,:]\d)"
MX_INSIDE = r"(?:,? (?:int(?:erior|\.)?|depto?\.?|departamento|lote|lt\.?|mz[a]?\.?|manzana|casa|piso|edif(?:icio|\.)?|local)\.? ?#?\w{1,5})"
MX_QUARTER = rf"(?:,? (?i:(?:en la )?(?:col(?:onia|\.)?|fracc(?:ionamiento|\.)?|barrio|unidad(?: habitacional)?|ejido))(?: (?:de|del|la|las|los|el|{UPPER}[\w.]{{0,24}})){{1,6}})"
MX_CODE = r"(?:,? ?C\.? ?P\.? ?\d{5}(?!\d)|,? c[oó]digo postal \d{5}(?!\d))"
MX_ADDRESS = re.compile(rf"(?<!\w)(?i:{MX_STREET}){MX_NAME}(?i:{MX_NUMBER}){'(?i:' + MX_INSIDE + ')'}{{0,3}}{MX_QUARTER}?(?i:{MX_CODE})?")
MX_QUARTER_CODE = re.compile(rf"(?<!\w)(?i:col(?:onia|\.)?|fracc(?:ionamiento|\.)?)(?: (?:de|del|la|las|los|el|{UPPER}[\w.]{{0,24}})){{1,6}},?(?i:{MX_CODE})")
MX_PLOT = re.compile(r"(?<!\w)(?:manzana|mza?\.?) ?\w{1,4},? (?:lote|lt\.?) ?\d{1,4}\w?", re.IGNORECASE)

ADDRESSES = {
    "address:us-street": US_ADDRESS,
    "address:us-label": US_LIVES,
    "address:us-box": PO_BOX,
    "address:mx-street": MX_ADDRESS,
    "address:mx-quarter": MX_QUARTER_CODE,
    "address:mx-plot": MX_PLOT,
}


def emails(text: str) -> Iterator[Finding]:
    """Find e-mail addresses of persons: not those of an office, by name or by domain."""
    for rule, form in {"email:form": EMAIL, "email:spelled": SPELLED}.items():
        for hit in form.finditer(text):
            name = re.split(r"[@\s(\[{]", hit[0])[0]
            public = name.lower() in ROLES or OF_STATE.search(hit[0]) or is_public(text, hit.start())
            if not public or re.search(r"(?<!\w)personal(?!\w)", before(text, hit.start())):
                yield Finding(*hit.span(), Kind.EMAIL, rule)


def phones(text: str, language: str) -> Iterator[Finding]:
    """Find phones as they are written in Mexico and the United States, and any with `+`.

    `language` says which country's plan comes first: 844 is free to call in one, and Saltillo in the other.
    """
    both = ["US", "MX"] if language == "en" else ["MX", "US"]
    for hit in PHONE.finditer(text):
        start, end = hit.span()
        said = before(text, start)
        is_called = bool(OF_PHONES.search(said))
        is_sure = is_called or bool(hit["plus"])
        if (hit["weak"] and not is_sure) or (not is_called and OTHER_NUMBERS.search(said)) or YEARS.fullmatch(hit[0]):
            continue
        code = (hit["country"] or "")[:2].strip()
        regions = ["MX"] if code == "52" else ["US"] if code[:1] == "1" else both
        if is_amount(text, start, end) or is_public(text, start) or not _is_of_person(hit["national"], regions):
            continue
        rule = "label" if is_called else "country" if hit["plus"] else "form"
        yield Finding(start, end, Kind.PHONE, f"phone:{rule}")
    for hit in ABROAD.finditer(text):
        if _is_of_person(hit[0], [None]) and not is_public(text, hit.start()):
            yield Finding(*hit.span(), Kind.PHONE, "phone:country")


def _is_of_person(number: str, regions: Sequence[str | None]) -> bool:
    """Say whether a number can be somebody's in one of the regions: help lines and free numbers are not."""
    for region in regions:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return phonenumbers.number_type(parsed) not in OPEN_TO_ALL
    return False


def addresses(text: str) -> Iterator[Finding]:
    """Find addresses of streets in both countries, unless the words before call them an organization's."""
    for rule, form in ADDRESSES.items():
        for hit in form.finditer(text):
            if not is_public(text, hit.start()):
                yield Finding(*hit.span(), Kind.ADDRESS, rule)
