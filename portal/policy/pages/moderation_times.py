"""How long moderation takes, how a decision is appealed, and what is published about it (policy, sections 7 to 11)."""

from portal.db import Bilingual
from portal.policy.pages.blocks import Go, Note, Section, Table, Words
from portal.policy.rules import APPEAL_DAYS, FIRST_DECISION_LIMIT_DAYS, FIRST_DECISION_TARGET_DAYS

TIMES = Section(
    Bilingual("times", "plazos"),
    Bilingual("How long we take", "Cuánto tardamos"),
    (
        Table(
            Bilingual(
                "Targets and limits, in business days of the country that reviews",
                "Metas y límites, en días hábiles del país que revisa",
            ),
            (Bilingual("Step", "Paso"), Bilingual("Target", "Meta"), Bilingual("Limit", "Límite")),
            (
                (
                    Bilingual("You get your receipt code", "Usted recibe su folio"),
                    Bilingual("at once, when your text is stored", "al momento, ya guardado su texto"),
                    Bilingual("at once", "al momento"),
                ),
                (
                    Bilingual("First decision", "Primera decisión"),
                    Bilingual(f"{FIRST_DECISION_TARGET_DAYS} days", f"{FIRST_DECISION_TARGET_DAYS} días"),
                    Bilingual(f"{FIRST_DECISION_LIMIT_DAYS} days", f"{FIRST_DECISION_LIMIT_DAYS} días"),
                ),
                (
                    Bilingual(
                        "A person reads a threat or a cry for help", "Alguien lee una amenaza o un llamado de ayuda"
                    ),
                    Bilingual("the same day", "el mismo día"),
                    Bilingual("1 day", "1 día"),
                ),
                (
                    Bilingual("Second review", "Segunda revisión"),
                    Bilingual("2 days more", "2 días más"),
                    Bilingual("5 days more", "5 días más"),
                ),
                (
                    Bilingual("You correct your text", "Usted corrige su texto"),
                    Bilingual("open for 10 days", "abierta 10 días"),
                    Bilingual("then decided as it stands", "después se decide como está"),
                ),
                (
                    Bilingual("We answer an appeal", "Respondemos una inconformidad"),
                    Bilingual("10 days", "10 días"),
                    Bilingual("20 days", "20 días"),
                ),
            ),
        ),
        Words(
            Bilingual(
                "Late ones are shown to the lead moderators every day, and their number is published every month.",
                "Las que se atrasan se muestran cada día a quienes coordinan la moderación y su número se publica cada"
                " mes.",
            )
        ),
    ),
)

APPEAL = Section(
    Bilingual("appeal", "inconformidad"),
    Bilingual("If you disagree", "Si no está de acuerdo"),
    (
        Words(
            Bilingual(
                f"You can appeal within {APPEAL_DAYS} calendar days if we hid words of yours or did not publish your"
                " submission. You need your receipt code and access key: no account, no lawyer, no cost, in either"
                " language.",
                f"Puede presentar una inconformidad en un plazo de {APPEAL_DAYS} días naturales si ocultamos palabras"
                " suyas o no publicamos su aportación. Necesita su folio y su clave de acceso: sin cuenta, sin"
                " representación legal, sin costo, en cualquiera de los dos idiomas.",
            )
        ),
        Words(
            Bilingual(
                "A moderator who took no part decides. They see the original, the decision, and the reasons. The answer"
                " is in writing, with a reason: we keep the decision, change it, or change part of it. It also names"
                " the legal remedies of both countries.",
                "Decide otra persona moderadora, que no participó. Ve el original, la decisión y los motivos. La"
                " respuesta es por escrito y motivada: mantenemos la decisión, la cambiamos o cambiamos una parte."
                " También indica los medios legales de los dos países.",
            )
        ),
        Go("tracking.follow", Bilingual("Follow your submission", "Dé seguimiento a su aportación")),
    ),
)

FIGURES = Section(
    Bilingual("figures", "cifras"),
    Bilingual("What we publish about moderation", "Qué publicamos sobre la moderación"),
    (
        Words(
            Bilingual(
                "Every month: how many submissions were received and decided, by language and pillar; how many were"
                " published, redacted, and not published, by reason; how long the first decision took in each language;"
                " appeals, and how many changed a decision; requests from officials; and how often moderators agree on"
                " a blind sample, half of it in each language.",
                "Cada mes: cuántas aportaciones se recibieron y decidieron, por idioma y pilar; cuántas se publicaron,"
                " se testaron y no se publicaron, por motivo; cuánto tardó la primera decisión en cada idioma; las"
                " inconformidades y cuántas cambiaron una decisión; las peticiones de personas servidoras públicas, y"
                " con qué frecuencia coinciden quienes moderan en una muestra a ciegas, mitad en cada idioma.",
            )
        ),
        Go("reports.transparency", Bilingual("See the figures", "Vea las cifras")),
    ),
)

LAW = Section(
    Bilingual("law", "marco-legal"),
    Bilingual("The law behind this page", "El marco legal de esta página"),
    (
        Note(
            Bilingual(
                "To be confirmed by counsel of each country before launch.",
                "Por confirmar con las áreas jurídicas de cada país antes del lanzamiento.",
            )
        ),
        Words(
            Bilingual(
                "United States: First Amendment; Privacy Act of 1974; Freedom of Information Act; Paperwork Reduction"
                " Act; Federal Records Act; Section 508.",
                "Estados Unidos: Primera Enmienda; Ley de Privacidad de 1974; Ley de Libertad de Información; Ley de"
                " Reducción de Trámites; Ley de Archivos Federales; Sección 508.",
            )
        ),
        Words(
            Bilingual(
                "Mexico: Constitution, articles 6, 7, 8, and 16; American Convention on Human Rights, article 13;"
                " general laws on personal data held by public bodies, on access to public information, on the rights"
                " of children and adolescents, on the linguistic rights of indigenous peoples, and on archives.",
                "México: Constitución, artículos 6, 7, 8 y 16; Convención Americana sobre Derechos Humanos, artículo"
                " 13; leyes generales de Protección de Datos Personales en Posesión de Sujetos Obligados, de"
                " Transparencia y Acceso a la Información Pública, de los Derechos de Niñas, Niños y Adolescentes, de"
                " Derechos Lingüísticos de los Pueblos Indígenas y de Archivos.",
            )
        ),
    ),
)
