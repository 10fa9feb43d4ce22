"""What the words around a number say it is: its label, an organization's own, a price, a docket."""

import re

BEFORE, AFTER = 60, 20  # code points looked at around a number

# Between a label and its number: "CURP: …", "my passport number is …", "tel. (casa) …".
LINK = r"(?:[\s:#=.()\-]|es|is|n[oº°úu]?m?\.?|number|n[uú]mero|de|del|la|el|my|mi|casa|home)"


def label(words: str) -> re.Pattern[str]:
    """Make a pattern for one of some words right before a number."""
    return re.compile(rf"(?<!\w)(?:{words})(?!\w){LINK}{{0,20}}$", re.IGNORECASE)


# A number with one of these before it is one of papers, goods or law.
OTHER_NUMBERS = label(
    r"dockets?|files?|case|folios?|expediente|exp|pedimento|fracci[oó]n(?: arancelaria)?|htsus?|hts code|heading|nico|"
    r"tariff(?: code| item)?|invoice|factura|oficio|contrato|contract|licitaci[oó]n|patente?|permit|permiso|registro|"
    r"isbn|serial|serie|lote|batch|lot|part|tracking|gu[ií]a|order|pedido|orden|c[oó]digo(?: de barras)?|modelo?|"
    r"receipt|recibo|ref(?:erencia|erence)?|bill|section|secci[oó]n|rule"
)

# Words that make what follows an organization's public contact, unless it is said to be somebody's own.
PUBLIC = re.compile(
    r"(?<!\w)(?:our|the|main|district|regional|field|local|nuestras?|las?|central|sus?) (?:offices?|oficinas?|"
    r"switchboard|hotline|help ?line|desk|sede|headquarters|conmutador|ventanilla)(?!\w)|"
    r"(?<!\w)(?:switchboard|conmutador|hotline|help ?line|customer service|front desk|reception|press office|"
    r"l[ií]nea (?:de atenci[oó]n|directa de la|ciudadana)|atenci[oó]n (?:ciudadana|al p[uú]blico|a clientes)|"
    r"oficinas? (?:centrales|p[uú]blicas?|de la|del)|m[oó]dulo de|ventanilla|consulado|consulate|embassy|embajada|"
    r"headquarters|headquartered|domicilio social|sede)(?!\w)",
    re.IGNORECASE,
)
PRIVATE = re.compile(
    r"(?<!\w)(?:my|mine|mi|mis|me|i live|vivo|vive|lives|home|casa|personal|private|particular|cel|celular|cell|mobile|"
    r"m[oó]vil|whatsapp|wife|husband|esposa|esposo|mother|father|mam[aá]|pap[aá]|hijo|hija|son|daughter)(?!\w)",
    re.IGNORECASE,
)
PRICE_BEFORE = re.compile(r"(?:[$€£¥]|(?<!\w)(?:usd|mxn|us|mn|eur|dlls))\s?$", re.IGNORECASE)
PRICE_AFTER = re.compile(
    r"^\s?(?:%|usd|mxn|m\.n\.|pesos|d[oó]lares|dollars|euros|millones|million|tons?|toneladas|kg|kilos|kwh|mwh)(?!\w)",
    re.IGNORECASE,
)
URL = re.compile(r"(?<!\w)(?:https?://|www\.)[^\s<>\"]{1,2000}", re.IGNORECASE)


def before(text: str, start: int) -> str:
    """Give what stands before a place in its line."""
    return text[max(0, start - BEFORE) : start].rpartition("\n")[2]


def after(text: str, end: int) -> str:
    """Give what stands after a place."""
    return text[end : end + AFTER]


def is_public(text: str, start: int) -> bool:
    """Say whether the words before call it an organization's; the nearest word counts."""
    said = re.split(r"[.!?;]\s", before(text, start))[-1]
    public, private = (max((hit.end() for hit in words.finditer(said)), default=-1) for words in (PUBLIC, PRIVATE))
    return public > private


def is_amount(text: str, start: int, end: int) -> bool:
    """Say whether a number is money or a measure."""
    return bool(PRICE_BEFORE.search(before(text, start)) or PRICE_AFTER.search(after(text, end)))
