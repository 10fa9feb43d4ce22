"""The accessibility statement."""

from portal.db import Bilingual
from portal.policy.pages.blocks import Go, Items, Page, Section, Words

WORKS = Section(
    Bilingual("what-works", "que-funciona"),
    Bilingual("What you can count on", "Con qué puede contar"),
    (
        Items(
            (
                Bilingual(
                    "Every page works with a keyboard alone, and says where the focus is.",
                    "Todas las páginas se usan solo con el teclado y muestran dónde está el foco.",
                ),
                Bilingual(
                    "Every page works with a screen reader. Titles, fields, and errors have their words, and each text"
                    " says which language it is in.",
                    "Todas las páginas se usan con un lector de pantalla. Títulos, campos y errores tienen sus"
                    " palabras y"
                    " cada texto indica en qué idioma está.",
                ),
                Bilingual(
                    "Nothing needs JavaScript, an account, an e-mail address, or a fast connection.",
                    "Nada exige JavaScript, cuenta, correo ni una conexión rápida.",
                ),
                Bilingual(
                    "You can enlarge the text up to four times, and read on a screen 320 pixels wide, without scrolling"
                    " sideways.",
                    "Puede ampliar el texto hasta cuatro veces y leer en una pantalla de 320 píxeles de ancho sin"
                    " desplazarse a los lados.",
                ),
                Bilingual(
                    "Color is never the only sign of anything. There are a light and a dark look, and your own contrast"
                    " colors are kept.",
                    "El color nunca es la única señal de algo. Hay apariencia clara y oscura, y se respetan sus propios"
                    " colores de contraste.",
                ),
                Bilingual(
                    "Nothing moves, and no form has a time limit that loses your words.",
                    "Nada se mueve y ningún formulario tiene un límite de tiempo que haga perder sus palabras.",
                ),
                Bilingual(
                    "Every page exists in English and Spanish, with the same content.",
                    "Todas las páginas existen en español e inglés, con el mismo contenido.",
                ),
            )
        ),
    ),
)

AIM = Section(
    Bilingual("standard", "norma"),
    Bilingual("The standard we aim for", "La norma que buscamos cumplir"),
    (
        Words(
            Bilingual(
                "The Web Content Accessibility Guidelines (WCAG) 2.2 at level AA, as Section 508 in the United"
                " States and"
                " Mexico's rules for public websites ask in substance. We check every page by program before each"
                " release.",
                "Las Pautas de Accesibilidad para el Contenido Web (WCAG) 2.2, nivel AA, como piden en lo esencial las"
                " reglas de México para sitios públicos y la Sección 508 de Estados Unidos. Revisamos cada"
                " página con un"
                " programa antes de cada versión.",
            )
        ),
        Words(
            Bilingual(
                "A program finds only part of what can go wrong. People who use screen readers have not yet tested the"
                " portal; until they have, we do not claim that it meets the standard.",
                "Un programa encuentra solo una parte de lo que puede fallar. Personas que usan lectores de"
                " pantalla aún"
                " no han probado el portal; mientras no lo hagan, no afirmamos que cumple la norma.",
            )
        ),
    ),
)

TELL = Section(
    Bilingual("tell-us", "digalo"),
    Bilingual("If something gets in your way", "Si algo le estorba"),
    (
        Words(
            Bilingual(
                "Send a submission about how people take part, and say which page it was and what happened. It gets a"
                " receipt code like any other. You can also give your input on paper or at an event: staff enter"
                " it, and"
                " you get the same receipt.",
                "Envíe una aportación sobre la forma de participar y diga en qué página fue y qué pasó. Recibe un folio"
                " como cualquier otra. También puede hacer su aportación en papel o en un evento: el personal la"
                " captura y"
                " usted recibe el mismo acuse.",
            )
        ),
        Go("submissions.new", Bilingual("Give your input", "Haga su aportación")),
    ),
)

PAGE = Page(
    Bilingual("Accessibility", "Accesibilidad"),
    Bilingual(
        "Everyone can take part, whatever device, sense, or hand they use.",
        "Todas las personas pueden participar, sea cual sea el dispositivo, el sentido o la mano que usen.",
    ),
    None,
    (WORKS, AIM, TELL),
)
