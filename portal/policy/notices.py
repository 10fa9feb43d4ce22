"""Notices: what a person is told of a decision, in both languages (policy, section 9).

A notice is a letter of a few paragraphs, parted by blank lines: date and receipt code, what was decided with a
paragraph for each reason, and how to appeal. It never quotes what was hidden.
"""

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date

from portal.db import Bilingual
from portal.i18n import ENGLISH, LOCALES, SPANISH
from portal.policy.rules import Reason

# Where the moderation policy says who can investigate. A test holds these addresses to the pages.
REPORT_WRONGDOING = Bilingual(
    "/en/moderation-policy#report-wrongdoing", "/es/politica-de-moderacion#denunciar-irregularidades"
)

OPENING = Bilingual("We reviewed your submission {code}.", "Revisamos su aportación con folio {code}.")
CLOSING = Bilingual(
    "If you disagree, you can appeal until {date} with your receipt code and access key.",
    "Si no está de acuerdo, puede presentar una inconformidad hasta el {date} con su folio y su clave de acceso.",
)
PUBLISHED = Bilingual(
    "Your submission is now public. Thank you for taking part.",
    "Su aportación ya es pública. Gracias por participar.",
)
PUBLISHED_IN_PART = Bilingual(
    "We published your submission without some of its words. The rest reads as you wrote it.",
    "Publicamos su aportación sin algunas de sus palabras. El resto está tal como lo escribió.",
)
PERSONAL_DATA_ALONE = Bilingual(
    "We published your submission and hid personal data in it, to protect you or someone else. The rest reads as you"
    " wrote it.",
    "Publicamos su aportación y ocultamos datos personales para protegerle a usted o a otra persona. El resto está tal"
    " como lo escribió.",
)
OFFICES = Bilingual("Offices that can investigate: {address}", "Instancias que pueden investigar: {address}")

# One paragraph for each reason, where passages were hidden…
HIDDEN: dict[Reason, Bilingual] = {
    Reason.PERSONAL_DATA: Bilingual(
        "We hid personal data, to protect you or someone else.",
        "Ocultamos datos personales para protegerle a usted o a otra persona.",
    ),
    Reason.MINOR: Bilingual(
        "We hid details that could identify a person under 18.",
        "Ocultamos detalles que podrían identificar a una persona menor de 18 años.",
    ),
    Reason.SOURCE_PROTECTION: Bilingual(
        "To protect you, we did not publish the details that could show who you are. Very few people can see the"
        " original. This portal cannot investigate; the offices that can are listed at the link below.",
        "Para protegerle, no publicamos los detalles que podrían revelar quién es usted. Muy pocas personas pueden ver"
        " el original. Este portal no puede investigar; en el enlace están las instancias que sí pueden hacerlo.",
    ),
    Reason.CONFIDENTIAL: Bilingual(
        "Part of your submission seems to be confidential, such as trade or security information. We hid that part. If"
        " it is already public, tell us where and we will show it.",
        "Parte de su aportación parece confidencial, por ejemplo, información comercial o de seguridad. Ocultamos esa"
        " parte. Si ya es pública, díganos dónde y la mostraremos.",
    ),
    Reason.ABUSE: Bilingual(
        "We hid words aimed at a private person. Strong criticism is welcome here; attacks on individuals are not"
        " published.",
        "Ocultamos palabras dirigidas contra una persona particular. La crítica, aun la más dura, es bienvenida; los"
        " ataques a personas no se publican.",
    ),
    Reason.HATE: Bilingual(
        "We hid words that call for violence or harassment against people for who they are. Your point about policy"
        " stands without them.",
        "Ocultamos palabras que llaman a la violencia o al acoso contra personas por ser quienes son. Su planteamiento"
        " se publica sin ellas.",
    ),
}

# … and where nothing was published.
NOT_PUBLISHED: dict[Reason, Bilingual] = {
    Reason.PERSONAL_DATA: Bilingual(
        "We did not publish your submission because little would remain of it without the personal data in it.",
        "No publicamos su aportación porque quedaría muy poco de ella sin los datos personales que contiene.",
    ),
    Reason.MINOR: Bilingual(
        "We did not publish your submission because little would remain of it without the details that could identify"
        " a person under 18.",
        "No publicamos su aportación porque quedaría muy poco de ella sin los detalles que podrían identificar a una"
        " persona menor de 18 años.",
    ),
    Reason.SOURCE_PROTECTION: Bilingual(
        "To protect you, we did not publish your submission: hiding details in it would not keep others from knowing"
        " who you are. Very few people can see the original. This portal cannot investigate; the offices that can are"
        " listed at the link below.",
        "Para protegerle, no publicamos su aportación: ocultar detalles no impediría que se supiera quién es usted. Muy"
        " pocas personas pueden ver el original. Este portal no puede investigar; en el enlace están las instancias"
        " que sí pueden hacerlo.",
    ),
    Reason.CONFIDENTIAL: Bilingual(
        "We did not publish your submission because it seems to be confidential, such as trade or security"
        " information. If it is already public, tell us where and we will show it.",
        "No publicamos su aportación porque parece confidencial, por ejemplo, información comercial o de seguridad. Si"
        " ya es pública, díganos dónde y la mostraremos.",
    ),
    Reason.ABUSE: Bilingual(
        "We did not publish your submission because nearly all of it is aimed at a private person. Strong criticism is"
        " welcome here; attacks on individuals are not published.",
        "No publicamos su aportación porque casi toda va dirigida contra una persona particular. La crítica, aun la más"
        " dura, es bienvenida; los ataques a personas no se publican.",
    ),
    Reason.HATE: Bilingual(
        "We did not publish your submission because it calls for violence or harassment against people for who they"
        " are. You can send your point about policy again without that part.",
        "No publicamos su aportación porque llama a la violencia o al acoso contra personas por ser quienes son. Puede"
        " enviar de nuevo su planteamiento sin esa parte.",
    ),
    Reason.THREAT: Bilingual(
        "We did not publish your submission because it contains a threat. It has been passed to the people responsible"
        " for safety.",
        "No publicamos su aportación porque contiene una amenaza. Se turnó a las personas responsables de la"
        " seguridad.",
    ),
    Reason.CARE: Bilingual(
        "Thank you for telling us. We read what you wrote, and we have kept it private. You do not have to go through"
        " this alone. In the United States call or text 988; in Mexico call the Línea de la Vida, 800 911 2000, free,"
        " at any hour. In immediate danger, call 911. Your point about the program has reached the team, without your"
        " name.",
        "Gracias por contarnos. Leímos lo que escribió y lo mantenemos en privado. No tiene que pasar por esto a solas."
        " En México, llame gratis y a cualquier hora a la Línea de la Vida, 800 911 2000; en Estados Unidos, llame o"
        " envíe un mensaje al 988. Si hay peligro inmediato, llame al 911. Lo que plantea sobre el programa llegó al"
        " equipo, sin su nombre.",
    ),
    Reason.ILLEGAL: Bilingual(
        "We did not publish your submission because the law does not allow us to show this content.",
        "No publicamos su aportación porque la ley no nos permite mostrar ese contenido.",
    ),
    Reason.SPAM: Bilingual(
        "We did not publish your submission because it looks like advertising or automated text. If a person wrote it,"
        " tell us and we will look again.",
        "No publicamos su aportación porque parece publicidad o texto automático. Si la escribió una persona, avísenos"
        " y la revisaremos de nuevo.",
    ),
    Reason.OFF_TOPIC: Bilingual(
        "We could not connect your submission with the High-Level Economic Dialogue. If it has to do with one of the"
        " four pillars, add a line that says how and send it again.",
        "No encontramos relación entre su aportación y el Diálogo Económico de Alto Nivel. Si tiene que ver con alguno"
        " de los cuatro pilares, agregue una línea que lo explique y envíela de nuevo.",
    ),
    Reason.DUPLICATE: Bilingual(
        "We already have this text from you under receipt {other}. That one counts; you need do nothing.",
        "Ya tenemos este texto de usted con el folio {other}. Ese es el que cuenta; no tiene que hacer nada más.",
    ),
}
DUPLICATE_OF_NO_RECEIPT = Bilingual(
    "We already have this text from you under another receipt. That one counts; you need do nothing.",
    "Ya tenemos este texto de usted con otro folio. Ese es el que cuenta; no tiene que hacer nada más.",
)


def notice(
    code: str,
    *,
    reasons: Sequence[Reason],
    published: bool,
    decided_on: date,
    appeal_until: date,
    other: str | None = None,
    base_url: str = "",
) -> Bilingual:
    """Write the notice of a decision.

    `code` and `other` (the receipt that a duplicate repeats) are written as people read them, 7K3F-92QM; `base_url`
    is the portal's own, so that the addresses in the letter are whole ones.
    """
    codes = list(dict.fromkeys(reasons))

    def written(language: str) -> str:
        paragraphs = [f"{_day(decided_on, language)}\n{OPENING[language].format(code=code)}"]
        paragraphs += _published(codes, language) if published else _not_published(codes, language, other)
        if Reason.SOURCE_PROTECTION in codes:
            paragraphs.append(OFFICES[language].format(address=base_url.rstrip("/") + REPORT_WRONGDOING[language]))
        if codes or not published:
            paragraphs.append(CLOSING[language].format(date=_day(appeal_until, language)))
        return "\n\n".join(paragraphs)

    return Bilingual(en=written(ENGLISH), es=written(SPANISH))


def _published(reasons: list[Reason], language: str) -> list[str]:
    if not reasons:
        return [PUBLISHED[language]]
    if reasons == [Reason.PERSONAL_DATA]:
        return [PERSONAL_DATA_ALONE[language]]
    return [PUBLISHED_IN_PART[language], *(HIDDEN[reason][language] for reason in reasons)]


def _not_published(reasons: list[Reason], language: str, other: str | None) -> list[str]:
    texts = NOT_PUBLISHED if other else NOT_PUBLISHED | {Reason.DUPLICATE: DUPLICATE_OF_NO_RECEIPT}
    return [texts[reason][language].format(other=other) for reason in reasons]


def _day(day: date, language: str) -> str:
    return str(format_date(day, "long", locale=LOCALES[language]))
