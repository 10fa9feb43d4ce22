"""What happens when somebody may come to harm, and where wrongdoing can be reported (policy, section 6)."""

from portal.db import Bilingual
from portal.policy.pages.blocks import Items, Note, Section, Words

SAFETY = Section(
    Bilingual("safety", "seguridad"),
    Bilingual("When somebody may come to harm", "Cuando alguien puede sufrir un daño"),
    (
        Note(
            Bilingual(
                "If you are in immediate danger, call 911. In the United States you can call or text 988. In Mexico you"
                " can call the Línea de la Vida, 800 911 2000, free, at any hour.",
                "Si está en peligro inmediato, llame al 911. En México puede llamar gratis y a cualquier hora a"
                " la Línea"
                " de la Vida, 800 911 2000. En Estados Unidos puede llamar o enviar un mensaje al 988.",
            )
        ),
        Items(
            (
                Bilingual(
                    "If you may harm yourself, or suffer violence now, a trained person reads your text the same day."
                    " We keep it private. What you say about a program still reaches the team, without your name.",
                    "Si usted puede hacerse daño o sufre violencia en este momento, una persona capacitada lee su texto"
                    " el mismo día. Lo mantenemos en privado. Lo que plantea sobre un programa llega de todos modos al"
                    " equipo, sin su nombre.",
                ),
                Bilingual(
                    "A threat to others gets a second review within one hour of being seen in staffed hours. The duty"
                    " officer decides whether the police are told.",
                    "Una amenaza contra otras personas pasa a segunda revisión en menos de una hora desde que se ve, en"
                    " horario de atención. La persona de guardia decide si se da aviso a la policía.",
                ),
                Bilingual(
                    "We ask for no date of birth. A text that shows a minor at risk is handled as a cry for help, with"
                    " the child protection authority of the country.",
                    "No pedimos fecha de nacimiento. Un texto que muestra a una persona menor en riesgo se atiende como"
                    " un llamado de ayuda, con la autoridad de protección de la niñez del país.",
                ),
            )
        ),
    ),
)

REPORT_WRONGDOING = Section(
    Bilingual("report-wrongdoing", "denunciar-irregularidades"),
    Bilingual("Where to report wrongdoing", "Dónde denunciar irregularidades"),
    (
        Words(
            Bilingual(
                "This portal cannot investigate. If you know of a crime, corruption, or a breach of rights at work, go"
                " to an office that can. You can still tell us what it means for the dialogue: we hide what could"
                " reveal who you are.",
                "Este portal no puede investigar. Si conoce un delito, un acto de corrupción o una violación de"
                " derechos"
                " laborales, acuda a una instancia que sí puede. También puede contarnos qué significa para el diálogo:"
                " ocultamos lo que pueda revelar quién es usted.",
            )
        ),
        Items(
            (
                Bilingual(
                    "Mexico: the Secretaría Anticorrupción y Buen Gobierno, or the internal control body of the"
                    " institution in question.",
                    "México: la Secretaría Anticorrupción y Buen Gobierno o el órgano interno de control de la"
                    " institución de que se trate.",
                ),
                Bilingual(
                    "United States: the Office of Inspector General of the department in question.",
                    "Estados Unidos: la oficina del inspector general (Office of Inspector General) del departamento de"
                    " que se trate.",
                ),
                Bilingual(
                    "In immediate danger, in either country: 911.", "En peligro inmediato, en ambos países: 911."
                ),
            )
        ),
        Words(
            Bilingual(
                "Both governments are to confirm this list before launch.",
                "Ambos gobiernos deben confirmar esta lista antes del lanzamiento.",
            )
        ),
    ),
)
