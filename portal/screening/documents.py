"""Numbers of papers, accounts and cards: by their check digit, by their form, or by the label before them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from stdnum import luhn
from stdnum.mx import curp, rfc
from stdnum.us import itin, ssn

from portal.screening.context import OTHER_NUMBERS, before, is_amount, label
from portal.screening.rules import Finding, Kind

DASH = r"[\-\u2010\u2011\u2012\u2013]"
GAP = rf"(?:[ \u00a0]|{DASH})"
START, END = r"(?<![^\W_])(?<!\d[.,])", r"(?![^\W_])(?![.,]\d)"
NOT_DIGIT = re.compile(r"[^0-9A-Za-z]")

CLABE_WEIGHTS = (3, 7, 1)
STATES_OF_VOTERS = range(1, 34)  # 33: born abroad
CARD_PREFIX = re.compile(r"4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|3[0689]|6(?:011|4[4-9]|5)")

Check = Callable[[str], bool]


@dataclass(frozen=True)
class Rule:
    """One way to find a number. `label` must stand before it, where there is one; `is_right` looks at its digits and
    letters alone; `unless` are labels that make it something else.
    """

    name: str
    kind: Kind
    form: re.Pattern[str]
    is_right: Check
    label: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(f"{START}{pattern}{END}", re.IGNORECASE | re.ASCII)


def is_clabe(digits: str) -> bool:
    """Check a CLABE: 18 digits, the last of them from the weights 3, 7, 1."""
    total = sum(int(digit) * CLABE_WEIGHTS[place % 3] % 10 for place, digit in enumerate(digits[:17]))
    return len(digits) == 18 and -total % 10 == int(digits[17]) and digits.strip("0") != ""


def is_card(digits: str) -> bool:
    """Check a card: a prefix of the networks, their length, and the check digit."""
    lengths = {15} if digits[:2] in {"34", "37"} else {14} if digits[:1] == "3" else {16}
    return len(digits) in lengths and bool(CARD_PREFIX.match(digits)) and luhn.is_valid(digits)


def is_voter_key(key: str) -> bool:
    """Check a clave de elector: letters, a date of birth, a state, a sex."""
    return _is_date(key[6:12]) and int(key[12:14]) in STATES_OF_VOTERS


def is_rfc_in_form(number: str) -> bool:
    """Check an RFC of a person but for its check digit: many are written with a homoclave that is invented."""
    return len(number) == 13 and _is_date(number[4:10])


def is_ssn(number: str) -> bool:
    """Check the parts of an SSN; those that were printed on sample cards count too."""
    return bool(ssn.is_valid(number) or number in {"078051120", "219099999", "457555462"})


def _is_date(six: str) -> bool:
    year, month, day = (int(six[place : place + 2]) for place in (0, 2, 4))
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False


def _anything(_number: str) -> bool:
    return True


CURP = _form(r"[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX](?:[A-Z]{5})[A-Z\d]\d")
RFC = _form(rf"[A-Z&\u00d1]{{4}}{GAP}?\d{{6}}{GAP}?[A-Z\d]{{3}}")
EIGHTEEN = _form(
    rf"(?:\d{{18}}|\d{{3}}{GAP}\d{{3}}{GAP}\d{{11}}{GAP}\d|\d{{4}}(?:{GAP}\d{{4}}){{3}}{GAP}\d{{2}}|\d{{3}}(?:{GAP}\d{{3}}){{5}})"
)
CARD = _form(rf"(?:\d{{14,16}}|\d{{4}}(?:{GAP}\d{{4}}){{3}}|\d{{4}}{GAP}\d{{6}}{GAP}\d{{4,5}})")
NINE = _form(rf"\d{{3}}(?:{GAP}\d{{2}}{GAP}|\d{{2}})\d{{4}}")
NINE_PARTED = _form(rf"\d{{3}}{DASH}\d{{2}}{DASH}\d{{4}}")
ELEVEN = _form(rf"(?:\d{{11}}|\d{{2}}{GAP}\d{{2}}{GAP}\d{{2}}{GAP}\d{{4}}{GAP}\d)")
OF_CARDS = label(r"(?:credit|debit|bank)? ?card|tarjeta(?: de (?:cr[eé]dito|d[eé]bito))?|visa|mastercard|amex")
OF_SSN = label(r"ssn|s\.s\.n|social(?: security)?(?: (?:number|no|num))?|seguro social(?: de(?: los)? estados unidos)?")

# The surest first: where two overlap, the earlier one stays.
RULES = [
    Rule("curp:check-digit", Kind.CURP, CURP, curp.is_valid),
    Rule("curp:label", Kind.CURP, CURP, _anything, label("curp")),
    Rule(
        "voter-key:form",
        Kind.VOTER_KEY,
        _form(r"[A-Z]{6}\d{8}[HM]\d{3}"),
        is_voter_key,
    ),
    Rule(
        "rfc:check-digit", Kind.RFC, RFC, lambda one: len(one) == 13 and rfc.is_valid(one, validate_check_digits=True)
    ),
    Rule("rfc:label", Kind.RFC, RFC, is_rfc_in_form, label("rfc|r\\.f\\.c|contribuyentes?")),
    Rule("clabe:check-digit", Kind.CLABE, EIGHTEEN, is_clabe, unless=OTHER_NUMBERS),
    Rule("clabe:label", Kind.CLABE, EIGHTEEN, _anything, label(r"clabe(?: interbancaria)?")),
    Rule("card:check-digit", Kind.CARD, CARD, is_card, unless=OTHER_NUMBERS),
    Rule("nss:label", Kind.NSS, ELEVEN, luhn.is_valid, label(r"nss|n\.s\.s|seguro social|imss|seguridad social")),
    Rule("ssn:label", Kind.SSN, NINE, is_ssn, OF_SSN),
    Rule("itin:label", Kind.ITIN, NINE, itin.is_valid, label(r"itin|i\.t\.i\.n|tin|taxpayer(?: identification)?|ssn")),
    Rule("ssn:form", Kind.SSN, NINE_PARTED, is_ssn, unless=OTHER_NUMBERS),
    Rule("itin:form", Kind.ITIN, NINE_PARTED, itin.is_valid, unless=OTHER_NUMBERS),
    Rule(
        "passport:label",
        Kind.PASSPORT,
        _form(r"[A-Z]{0,2}\d{7,9}"),
        _anything,
        label(r"passports?|pasaportes?"),
    ),
    Rule(
        "alien-number:label",
        Kind.ALIEN_NUMBER,
        _form(rf"A?{GAP}?\d{{3}}{GAP}?\d{{3}}{GAP}?\d{{2,3}}"),
        _anything,
        label(rf"a{DASH}?number|alien(?: registration)?(?: number)?|uscis"),
    ),
    Rule("alien-number:form", Kind.ALIEN_NUMBER, _form(rf"A\d{{3}}{DASH}\d{{3}}{DASH}\d{{3}}"), _anything),
    Rule(
        "visa:label",
        Kind.PASSPORT,
        _form(r"(?:[A-Z]\d{7}|\d{8})"),
        _anything,
        label(r"visas?(?: (?:number|n[uú]mero))?"),
    ),
    Rule(
        "account:label",
        Kind.ACCOUNT,
        _form(rf"\d(?:{GAP}?\d){{5,19}}"),
        _anything,
        label(
            r"(?:bank |checking |savings )?account (?:number|no|num|n[oº])|n[uú]m(?:ero|\.)? de cuenta|cuenta bancaria"
        ),
    ),
    Rule("card:label", Kind.CARD, CARD, lambda one: len(one) in {15, 16}, OF_CARDS),
]


def find(text: str) -> Iterator[Finding]:
    """Find numbers of papers, accounts and cards; the surest rule first, so findings can overlap."""
    for rule in RULES:
        for hit in rule.form.finditer(text):
            start, end = hit.span()
            if not rule.is_right(NOT_DIGIT.sub("", hit[0]).upper()):
                continue
            said = before(text, start)
            if (rule.label and not rule.label.search(said)) or (rule.unless and rule.unless.search(said)):
                continue
            if not is_amount(text, start, end):
                yield Finding(start, end, rule.kind, rule.name)
