"""When each reason applies, and what follows from it (policy, section 3)."""

from portal.db import Bilingual
from portal.policy.rules import Reason

_HIDE = Bilingual("We hide it.", "Lo ocultamos.")
_HIDE_OR_REFUSE = Bilingual(
    "We hide it; we do not publish where little would remain.", "Lo ocultamos; no publicamos si quedaría muy poco."
)
_HIDE_OR_REFUSE_TWO = Bilingual(
    "We hide it; we do not publish where little would remain. Two people decide.",
    "Lo ocultamos; no publicamos si quedaría muy poco. Deciden dos personas.",
)
_REFUSE = Bilingual("We do not publish.", "No publicamos.")
_REFUSE_TWO = Bilingual("We do not publish. Two people decide.", "No publicamos. Deciden dos personas.")

USE: dict[Reason, Bilingual] = {
    Reason.PERSONAL_DATA: _HIDE,
    Reason.MINOR: _HIDE_OR_REFUSE,
    Reason.SOURCE_PROTECTION: Bilingual(
        "We hide it; we do not publish where hiding cannot protect. Two people decide.",
        "Lo ocultamos; no publicamos si ocultar no protege. Deciden dos personas.",
    ),
    Reason.CONFIDENTIAL: _HIDE_OR_REFUSE_TWO,
    Reason.ABUSE: _HIDE_OR_REFUSE,
    Reason.HATE: Bilingual(
        "We do not publish; we hide it where the rest stands alone. Two people decide.",
        "No publicamos; lo ocultamos si el resto se sostiene por sí solo. Deciden dos personas.",
    ),
    Reason.THREAT: _REFUSE_TWO,
    Reason.CARE: Bilingual("We keep it private. Two people decide.", "Lo mantenemos en privado. Deciden dos personas."),
    Reason.ILLEGAL: _REFUSE_TWO,
    Reason.SPAM: _REFUSE,
    Reason.OFF_TOPIC: Bilingual(
        "We do not publish; we say which pillar or office would be the right one.",
        "No publicamos; decimos qué pilar o instancia sería la adecuada.",
    ),
    Reason.DUPLICATE: _REFUSE,
}

REASONS: dict[Reason, Bilingual] = {
    Reason.PERSONAL_DATA: Bilingual(
        "A phone number, private e-mail, home address, CURP, RFC of a person, Social Security, passport, visa, or voter"
        " number, bank or card number, health data, or the exact place of a home; of the writer or of anyone else. Not:"
        " the name of an official in that role, an organization's public contact, or a name that the writer chose to"
        " show.",
        "Un teléfono, un correo particular, un domicilio, la CURP, el RFC de una persona, un número de seguridad"
        " social,"
        " de pasaporte, de visa o de credencial para votar, un número de cuenta o de tarjeta, datos de salud o la"
        " ubicación exacta de una vivienda; de quien escribe o de otra persona. No lo es: el nombre de una persona"
        " servidora pública en su cargo, el contacto público de una organización o el nombre que quien escribe decidió"
        " mostrar.",
    ),
    Reason.MINOR: Bilingual(
        "Anything that could identify a person under 18. If the writer appears to be under 18, we publish without a"
        " name, or a place smaller than the state.",
        "Todo lo que pueda identificar a una persona menor de 18 años. Si parece que quien escribe es menor de 18 años,"
        " publicamos sin nombre y sin un lugar más pequeño que la entidad federativa.",
    ),
    Reason.SOURCE_PROTECTION: Bilingual(
        "Someone reports wrongdoing and a detail (a post, shift, site, date, or unusual phrase) could reveal who they"
        " are, or they ask not to be named.",
        "Alguien denuncia una irregularidad y un detalle (puesto, turno, lugar, fecha o una frase poco común) podría"
        " revelar quién es, o pide que no se le nombre.",
    ),
    Reason.CONFIDENTIAL: Bilingual(
        "Trade secrets, the contents of bids, unpublished prices, security details of a site or network, documents"
        " marked confidential, or matters under seal.",
        "Secretos comerciales, contenido de licitaciones, precios no publicados, detalles de seguridad de un sitio o"
        " una red, documentos marcados como confidenciales o asuntos reservados por un tribunal.",
    ),
    Reason.ABUSE: Bilingual(
        "Insults or harassment aimed at a private person who can be identified, or at someone else who takes"
        " part. Being"
        " rude about an institution, or about an official's public work, is not abuse.",
        "Insultos o acoso contra una persona particular identificable o contra otra persona que participa. Hablar con"
        " rudeza de una institución o del trabajo público de una persona servidora pública no es agresión.",
    ),
    Reason.HATE: Bilingual(
        "A call for violence against people, or harassment of them, for their origin, ethnicity, language, sex, gender"
        " identity, orientation, religion, disability, or migration status. An opinion on policy, however harsh, is not"
        " hate.",
        "Un llamado a la violencia o al acoso contra personas por su origen, etnia, lengua, sexo, identidad de género,"
        " orientación, religión, discapacidad o situación migratoria. Una opinión sobre políticas públicas, por dura"
        " que sea, no es odio.",
    ),
    Reason.THREAT: Bilingual(
        "A serious expression of intent to harm a person or a place.",
        "La expresión seria de una intención de dañar a una persona o un lugar.",
    ),
    Reason.CARE: Bilingual(
        "The writer may be at risk of harming themselves, or describes violence that they suffer now.",
        "Quien escribe podría estar en riesgo de hacerse daño o describe violencia que sufre en este momento.",
    ),
    Reason.ILLEGAL: Bilingual(
        "Offers of, or instructions for, a crime; sexual content that involves minors; copies that infringe copyright;"
        " content barred by a court.",
        "Ofrecimiento de cometer un delito o instrucciones para cometerlo; contenido sexual que involucra a personas"
        " menores de 18 años; copias que violan derechos de autor; contenido prohibido por un tribunal.",
    ),
    Reason.SPAM: Bilingual(
        "Advertising, link farming, phishing, noise made by machines, or text without meaning in any language.",
        "Publicidad, granjas de enlaces, suplantación para robar datos, ruido hecho por máquinas o texto sin sentido en"
        " cualquier idioma.",
    ),
    Reason.OFF_TOPIC: Bilingual(
        "No connection, even a loose one, with the High-Level Economic Dialogue, its four pillars, or how people take"
        " part. The wrong pillar is not off topic: we move the submission.",
        "Ninguna relación, ni siquiera lejana, con el Diálogo Económico de Alto Nivel, sus cuatro pilares o la forma de"
        " participar. Equivocarse de pilar no es estar fuera de tema: cambiamos la aportación de pilar.",
    ),
    Reason.DUPLICATE: Bilingual(
        "The same person sent the same text again. The same letter from different people is not a duplicate.",
        "La misma persona envió otra vez el mismo texto. La misma carta de personas distintas no es duplicada.",
    ),
}
