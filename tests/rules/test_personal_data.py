"""Personal data in texts: what the rules find on the samples, exact passages, and what only looks like it.

The people and numbers are invented; the documents' numbers have a valid form and belong to nobody.
"""

import json
import random
import string
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from stdnum import luhn
from stdnum.mx import curp, rfc

from portal.screening.personal_data import find
from portal.screening.rules import Finding, Kind, apart

SAMPLES = Path(__file__).resolve().parents[2] / "portal" / "demo" / "submissions.jsonl"

# The labels say what is to be hidden; which of it the rules can know, as (sample, number) by kind. The rest of the
# labels are names, stories and secrets, which no rule of this version looks for.
LABELLED = {
    Kind.SSN: [("S011", "219-09-9999"), ("S023", "078-05-1120")],
    Kind.PASSPORT: [("S023", "X00000000")],
    Kind.ALIEN_NUMBER: [("S040", "A000-111-222")],
    Kind.NSS: [("S094", "99991199003")],
    Kind.RFC: [("S154", "ZOPQ800101AB5"), ("S189", "CUXO790430K27")],
    Kind.CURP: [("S154", "ZOPQ800101HCHRLN09"), ("S186", "TINE680229HCSZMS06"), ("S187", "QUBX910715MDFRXR03")],
    Kind.CARD: [("S158", "4111 1111 1111 1111")],
    Kind.CLABE: [("S186", "999180001183597198")],
    Kind.VOTER_KEY: [("S187", "QRBXRX91071509M700")],
    Kind.PHONE: [
        ("S023", "(956) 555-0142"),
        ("S056", "967 555 0108"),
        ("S058", "956-555-0171"),
        ("S094", "+52 656 555 0190"),
        ("S158", "520-555-0163"),
        ("S186", "961 555 0134"),
        ("S189", "999 555 0147"),
        ("S196", "210-555-0119"),
        ("S197", "844 555 0176"),
        ("S220", "449 555 0122"),
    ],
    Kind.EMAIL: [
        ("S158", "bwrenfield@example.com"),
        ("S189", "ofe.hamacas@example.com"),
        ("S197", "ramona.troqueles@example.mx"),
    ],
    Kind.ADDRESS: [
        ("S058", "77 Nonesuch Ct, Laredo"),
        ("S187", "Av. de las Ceibas 9999, Col. Imaginaria, C.P. 29099"),
        ("S196", "4410 Imaginary Oak Ln, Apt 9, San Antonio"),
        ("S210", "Privada del Encanto 14, interior 3"),
    ],
}
WITH_CHECK_DIGIT = {Kind.CURP, Kind.RFC, Kind.CLABE, Kind.CARD, Kind.NSS, Kind.SSN}
ALL = [json.loads(line) for line in SAMPLES.read_text().splitlines()]


def found(text: str, language: str = "es") -> list[tuple[Kind, str]]:
    return [(one.kind, text[one.start : one.end]) for one in find(text, language)]


def test_the_samples_are_found_and_hardly_anything_else() -> None:
    known = {where: kind for kind, places in LABELLED.items() for where in places}
    hit: Counter[Kind] = Counter()
    right: Counter[Kind] = Counter()
    wrong: list[tuple[str, str]] = []
    for sample in ALL:
        text, findings = sample["text"], find(sample["text"], sample["expect"]["language"])
        spans = {words: (text.find(words), text.find(words) + len(words)) for words in sample["expect"]["pii"]}
        for (name, number), kind in known.items():
            if name == sample["id"]:
                assert any(number in words for words in spans), f"{name} is labelled otherwise"
                start = text.find(number)
                hit[kind] += any(
                    one.kind == kind and one.start <= start and one.end >= start + len(number) for one in findings
                )
        for one in findings:
            is_right = any(one.start < end and one.end > start for start, end in spans.values())
            right[one.kind] += is_right
            wrong += [] if is_right else [(sample["id"], text[one.start : one.end])]
    recall = {kind: hit[kind] / len(places) for kind, places in LABELLED.items()}
    assert {kind: share for kind, share in recall.items() if share < (0.98 if kind in WITH_CHECK_DIGIT else 0.9)} == {}
    assert right.total() / (right.total() + len(wrong)) >= 0.9, wrong


def test_every_label_with_a_number_is_accounted_for() -> None:
    """What is labelled, holds four digits in a row or an @, and is no kind that rules look for: stories and secrets."""
    numbers = {where for places in LABELLED.values() for where in places}
    left = {
        sample["id"]
        for sample in ALL
        for words in sample["expect"]["pii"]
        if ("@" in words or any(part.isdigit() and len(part) > 3 for part in words.replace("-", " ").split()))
        and not any(name == sample["id"] and number in words for name, number in numbers)
    }
    assert left == {"S123", "S199"}  # a confidential file number; a year


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Mi curp es tine680229hcszms06.", Kind.CURP, "tine680229hcszms06"),
        ("CURP: TINE680229HCSZMS07, creo.", Kind.CURP, "TINE680229HCSZMS07"),  # mistyped, yet called one
        ("RFC CUXO-790430-K27", Kind.RFC, "CUXO-790430-K27"),
        ("con R.F.C.: CUXO790430AB1", Kind.RFC, "CUXO790430AB1"),
        ("Depositen en 999 180 00118359719 8", Kind.CLABE, "999 180 00118359719 8"),
        ("número de cuenta 0123456789", Kind.ACCOUNT, "0123456789"),
        ("my account number is 000123456789", Kind.ACCOUNT, "000123456789"),
        ("paid with 5555-5555-5555-4444 twice", Kind.CARD, "5555-5555-5555-4444"),
        ("amex 3782 822463 10005", Kind.CARD, "3782 822463 10005"),
        ("my social security number is 219 09 9998", Kind.SSN, "219 09 9998"),
        ("SSN: 219099998", Kind.SSN, "219099998"),
        ("(219-09-9998)", Kind.SSN, "219-09-9998"),
        ("ITIN 912-90-3456", Kind.ITIN, "912-90-3456"),
        ("pasaporte número G12345678", Kind.PASSPORT, "G12345678"),
        ("NSS 9999 no: 99-99-11-9900-3 es mi NSS; NSS: 99-99-11-9900-3", Kind.NSS, "99-99-11-9900-3"),
        ("Llámenme al 55 1234 5678 por la tarde", Kind.PHONE, "55 1234 5678"),
        ("tel. 6565550190", Kind.PHONE, "6565550190"),
        ("mi cel: 55-12-34-56-78", Kind.PHONE, "55-12-34-56-78"),
        ("+52 1 656 555 0190", Kind.PHONE, "+52 1 656 555 0190"),
        ("+1 956.555.0142", Kind.PHONE, "+1 956.555.0142"),
        ("1-956-555-0142", Kind.PHONE, "1-956-555-0142"),
        ("044 656 555 0190", Kind.PHONE, "044 656 555 0190"),
        ("desde Guatemala +502 2345 6789", Kind.PHONE, "+502 2345 6789"),
        ("Escriba a José.Pérez+x@correo.example.mx, gracias.", Kind.EMAIL, "José.Pérez+x@correo.example.mx"),
        ("rosa (at) example (dot) com", Kind.EMAIL, "rosa (at) example (dot) com"),
        ("vivo en calle 5 de Mayo #12-A, colonia Centro", Kind.ADDRESS, "calle 5 de Mayo #12-A, colonia Centro"),
        ("Manzana 4, lote 12 de la ampliación", Kind.ADDRESS, "Manzana 4, lote 12"),
        ("C. Hidalgo No. 45 int. 2", Kind.ADDRESS, "C. Hidalgo No. 45 int. 2"),
        ("I live at 12 elm street apt 4", Kind.ADDRESS, "12 elm street apt 4"),
        (
            "to 1200 N. Main St, Suite 4, El Paso, TX 79901.",
            Kind.ADDRESS,
            "1200 N. Main St, Suite 4, El Paso, TX 79901",
        ),
        ("P.O. Box 99, Laredo, TX 78040", Kind.ADDRESS, "P.O. Box 99, Laredo, TX 78040"),
    ],
)
def test_exact_passages(text: str, kind: Kind, words: str) -> None:
    assert (kind, words) in found(text, "en")


@pytest.mark.parametrize(
    "text",
    [
        "TINE680229HCSZMS07 es otro código",  # a CURP with a wrong check digit
        "El RFC de la empresa es ABC800101AB5.",  # twelve characters: no person's
        "999180001183597199",  # a CLABE with a wrong check digit
        "4111 1111 1111 1112",  # a card with a wrong check digit
        "000-12-3456 and 666-12-3456 and 219-00-9999",  # no SSN can be so
        "the number 219099998 stands alone",  # bare nine digits
        "docket 219-09-9998",
        "Docket USTR-2022-0012, 87 FR 12345, RIN 0625-AB01",
        "See docket no. 956-555-0142.",
        "pedimento 22 24 3420 2001234",
        "fracción arancelaria 8471.30.01 y 8542.31.0000",
        "HTS 8542310000, and 6203424011",
        "fracción 8708299922",
        "USD 212,555,0142 and $956 555 0142 and 656 555 0190 pesos",
        "1,234,567,890 dollars; 3.14159265358979; 0.4111111111111111",
        "2019-2020-2021, 12/03/1994, 1994-12-03, 10 2020 2021",
        "https://example.org/4111111111111111/219-09-9998 and www.example.org/956-555-0142",
        "call toll free 1-800-555-0199 or 911 or 988; línea 800 911 2000",
        "Contacto de la dependencia: contacto@example.org, atencion@example.gob.mx, jane.doe@trade.gov",
        "Our office is at 1200 N. Main St, El Paso. Our switchboard: (956) 555-0142",
        "Oficinas centrales: Av. Reforma 100. Conmutador 55 1234 5678",
        "En 2019 la avenida Reforma cerró; la calle tiene 30 baches",
        "Section 301 Court rulings and 232 tariffs Way too high",
        "ISBN 9780306406157, guía 1234567890123456, folio 6565550190",
        "artículo 27, fracción 2, inciso 3, del 5 de mayo de 2021",
    ],
)
def test_what_only_looks_like_it_is_left(text: str) -> None:
    assert found(text, "en") == []


def test_free_numbers_of_one_country_are_a_town_in_the_other() -> None:
    assert found("844 555 0176", "en") == []
    assert found("844 555 0176", "es") == [(Kind.PHONE, "844 555 0176")]


def test_positions_count_code_points() -> None:
    text = "👩🏽‍🔬 e\u0301 𐎠\nMi correo: rosa@example.com"
    [one] = find(text, "es")
    assert text[one.start : one.end] == "rosa@example.com"
    assert one.rule == "email:form"


def a_clabe(draw: random.Random) -> str:
    digits = "".join(draw.choices(string.digits, k=17))
    return digits + str(-sum(int(d) * (3, 7, 1)[place % 3] % 10 for place, d in enumerate(digits)) % 10)


def a_card(draw: random.Random) -> str:
    digits = "4" + "".join(draw.choices(string.digits, k=14))
    return digits + luhn.calc_check_digit(digits)


def a_curp(draw: random.Random) -> str:
    date = f"{draw.randint(30, 99)}{draw.randint(1, 12):02}{draw.randint(1, 28):02}"
    start = f"ZOPQ{date}{draw.choice('HM')}{draw.choice(['CH', 'DF', 'OC'])}RLN{draw.randint(0, 9)}"
    return start + curp.calc_check_digit(start + "0")


def an_rfc(draw: random.Random) -> str:
    date = f"{draw.randint(30, 99)}{draw.randint(1, 12):02}{draw.randint(1, 28):02}"
    start = f"ZOPQ{date}{draw.choice('123456789ABCV')}{draw.choice('123456789KXZ')}"
    return start + rfc.calc_check_digit(start)


@pytest.mark.parametrize(
    ("make", "kind"), [(a_clabe, Kind.CLABE), (a_card, Kind.CARD), (a_curp, Kind.CURP), (an_rfc, Kind.RFC)]
)
def test_of_1000_numbers_with_check_digits_at_least_980_are_found_without_a_label(
    make: Callable[[random.Random], str], kind: Kind
) -> None:
    draw = random.Random(2022)
    missed = [number for number in (make(draw) for _ in range(1000)) if (kind, number) not in found(f"Es {number}.")]
    assert len(missed) <= 20, missed[:5]


@pytest.mark.parametrize(
    "piece", ["1 ", "a@", "4111 ", "Av. de ", "1 AA BB ", "(555) ", "+1", "12-", "no.:", "a.", "x", "a@b.mx "]
)
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    began = time.perf_counter()
    find(text, "es")
    assert time.perf_counter() - began < 2


def test_of_findings_that_overlap_the_first_stays() -> None:
    sure, other = Finding(5, 9, Kind.CURP, "a"), Finding(0, 6, Kind.PHONE, "b")
    assert apart([sure, other, Finding(0, 5, Kind.CARD, "c")]) == [Finding(0, 5, Kind.CARD, "c"), sure]
