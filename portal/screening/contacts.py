"""Ways to reach a person from afar: phones of both countries, and e-mail addresses."""

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
    r"reach(?: me)?(?: at)?|(?:call|text|ring)(?: (?:me|us|her|him))?(?: any ?time)?(?: at| on)?|"
    r"contact(?:o|ar)?(?: me)?(?: at)?|my number|mi n[uú]mero|home line|nurse at|direct line|extensi[oó]n|recados?"
)
OPEN_TO_ALL = frozenset(
    {PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN}
)

EMAIL = re.compile(r"(?<![\w.+\-@])[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,6}(?<![.\-])")
SPELLED = re.compile(
    r"(?<![\w.+\-])[\w.+\-]{1,64} ?(?:[(\[{] ?(?:at|arroba) ?[)\]}]| arroba ) ?[\w\-]{1,63}"
    r"(?: ?(?:\.|[(\[{] ?(?:dot|punto) ?[)\]}]| punto ) ?[\w\-]{2,63}){1,4}",
    re.IGNORECASE,
)
ROLES = re.compile(
    r"info|informacion|information|contact(?:o|us)?|atencion.*|ventas|sales|prensa|press|media|office|oficina|hello|hola|"
    r"help|ayuda|support|soporte|admin|administracion|webmaster|no-?reply|comments|comentarios|secretar[iy]a?|recepcion|"
    r"reception|direccion|editor|redaccion|transparencia|foia|quejas|servic(?:e|io|ios)|team|equipo|mail|correo|consultas?|"
    r"feedback|dialogue?o?|hled|dean|membership|rh|hr|intake",
    re.IGNORECASE,
)
OF_STATE = re.compile(r"[.@](?:gov|mil|gob\.mx)$", re.IGNORECASE)


def emails(text: str) -> Iterator[Finding]:
    """Find e-mail addresses of persons: not those of an office, by name or by domain."""
    for rule, form in {"email:form": EMAIL, "email:spelled": SPELLED}.items():
        for hit in form.finditer(text):
            name = re.split(r"[@\s(\[{]", hit[0])[0]
            public = ROLES.fullmatch(name) or OF_STATE.search(hit[0]) or is_public(text, hit.start())
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
