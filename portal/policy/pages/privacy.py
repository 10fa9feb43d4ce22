"""The privacy notice as everyone may read it."""

from portal.db import Bilingual
from portal.policy.pages.blocks import Go, Items, Note, Page, Section, Table, Words

ASKED = Section(
    Bilingual("what-we-ask", "que-pedimos"),
    Bilingual("What we ask you, and why", "Qué le pedimos y para qué"),
    (
        Table(
            Bilingual("What we ask when you give input", "Qué pedimos cuando hace su aportación"),
            (Bilingual("We ask", "Pedimos"), Bilingual("Why", "Para qué"), Bilingual("Public?", "¿Es público?")),
            (
                (
                    Bilingual("Your text", "Su texto"),
                    Bilingual(
                        "So that both governments and everyone can read it.",
                        "Para que ambos gobiernos y todas las personas puedan leerlo.",
                    ),
                    Bilingual(
                        "Yes, after a person has read it; or only your summary, if you choose so.",
                        "Sí, después de que una persona lo lee; o solo su resumen, si así lo elige.",
                    ),
                ),
                (
                    Bilingual("Pillar, sector, country, language", "Pilar, sector, país, idioma"),
                    Bilingual(
                        "To send your text to the right team, and to count.",
                        "Para turnar su texto al equipo que corresponde y para contar.",
                    ),
                    Bilingual("Yes", "Sí"),
                ),
                (
                    Bilingual("Name or organization", "Nombre u organización"),
                    Bilingual("To sign your text, if you want it signed.", "Para firmar su texto, si quiere firmarlo."),
                    Bilingual("Only the one you choose, if any.", "Solo lo que usted elija, si elige algo."),
                ),
                (
                    Bilingual("E-mail (optional)", "Correo (opcional)"),
                    Bilingual(
                        "For notices, once the portal can send them.", "Para avisos, cuando el portal pueda enviarlos."
                    ),
                    Bilingual("Never", "Nunca"),
                ),
            ),
        ),
        Words(
            Bilingual(
                "Only the text, the pillar, the sector, the country, and how to sign are required. You need no"
                " account.",
                "Solo son obligatorios el texto, el pilar, el sector, el país y la forma de firmar. No necesita"
                " una cuenta.",
            )
        ),
    ),
)

NOT_KEPT = Section(
    Bilingual("what-we-do-not-collect", "que-no-recabamos"),
    Bilingual("What we do not collect", "Qué no recabamos"),
    (
        Items(
            (
                Bilingual(
                    "Pages that you only read set no cookie, and load nothing from anyone else.",
                    "Las páginas que solo se leen no usan cookies ni cargan nada de terceros.",
                ),
                Bilingual(
                    "A form sets one cookie until you close the browser, so that nobody else can send it for you."
                    " Another one keeps your receipt open in the browser in which you sent your text.",
                    "Un formulario usa una cookie hasta que cierra el navegador, para que nadie más pueda enviarlo por"
                    " usted. Otra mantiene abierto su acuse en el navegador con el que envió su texto.",
                ),
                Bilingual(
                    "We store no internet address. To limit how often one connection sends, we keep a scrambled mark of"
                    " it, which changes every day.",
                    "No guardamos su dirección de internet. Para limitar cuántos envíos hace una misma conexión,"
                    " conservamos una marca cifrada que cambia cada día.",
                ),
                Bilingual(
                    "We ask for no date of birth, identity document, location, or telephone number.",
                    "No pedimos fecha de nacimiento, documento de identidad, ubicación ni teléfono.",
                ),
                Bilingual(
                    "We do not follow what you read, and make no profile of you.",
                    "No damos seguimiento a lo que usted lee ni elaboramos perfiles.",
                ),
            )
        ),
    ),
)

KEPT = Section(
    Bilingual("how-we-keep-it", "como-lo-guardamos"),
    Bilingual("How we keep it, and who reads it", "Cómo lo guardamos y quién lo lee"),
    (
        Items(
            (
                Bilingual(
                    "We encrypt your original text, your name, and your e-mail as soon as we receive them. The key is"
                    " kept outside the database.",
                    "Ciframos su texto original, su nombre y su correo en cuanto los recibimos. La clave se"
                    " guarda fuera"
                    " de la base de datos.",
                ),
                Bilingual(
                    "Your name and e-mail lie apart from your text, so that they can be erased alone.",
                    "Su nombre y su correo están aparte de su texto, para poder suprimirlos por separado.",
                ),
                Bilingual(
                    "The moderator who decides reads the original. Once it is decided, only the second level can open"
                    " it, and each opening is recorded.",
                    "Lee el original la persona moderadora que decide. Después de la decisión, solo el segundo nivel"
                    " puede abrirlo y cada apertura queda registrada.",
                ),
                Bilingual(
                    "Both governments read what is published. What you send to the governments alone is read by their"
                    " teams.",
                    "Ambos gobiernos leen lo que se publica. Lo que envía solo para los gobiernos lo leen sus equipos.",
                ),
                Bilingual(
                    "What a moderator hides is in no page, search, file, or message of the portal.",
                    "Lo que se oculta no aparece en ninguna página, búsqueda, archivo ni mensaje del portal.",
                ),
            )
        ),
        Words(
            Bilingual(
                "We cannot promise absolute secrecy: the law of either country may oblige a government to hand over a"
                " record.",
                "No podemos prometer secreto absoluto: la ley de cualquiera de los dos países puede obligar a un"
                " gobierno"
                " a entregar un documento.",
            )
        ),
    ),
)

HOW_LONG = Section(
    Bilingual("how-long", "cuanto-tiempo"),
    Bilingual("How long we keep it", "Cuánto tiempo lo conservamos"),
    (
        Words(
            Bilingual(
                "What was published stays public, as part of the record of the dialogue, unless you withdraw it. The"
                " retention period of originals, names, and e-mail addresses is to be set by both governments;"
                " after it,"
                " they are erased.",
                "Lo publicado sigue siendo público, como parte de la memoria del diálogo, salvo que usted lo retire. El"
                " plazo de conservación de originales, nombres y correos lo fijarán ambos gobiernos; al terminar, se"
                " suprimen.",
            )
        ),
        Words(
            Bilingual(
                "You can withdraw your submission at any time with your receipt code and access key. It leaves"
                " the public"
                " register at once.",
                "Puede retirar su aportación en cualquier momento con su folio y su clave de acceso. Sale de"
                " inmediato del"
                " registro público.",
            )
        ),
        Go(
            "tracking.follow",
            Bilingual("Follow or withdraw your submission", "Siga o retire su aportación"),
        ),
    ),
)

RIGHTS = Section(
    Bilingual("your-rights", "sus-derechos"),
    Bilingual("Your rights", "Sus derechos"),
    (
        Items(
            (
                Bilingual(
                    "Mexico: your data rights (access, rectification, erasure, and objection, called ARCO rights) under"
                    " the general law on personal data held by public bodies.",
                    "México: sus derechos ARCO (acceso, rectificación, cancelación y oposición), según la Ley"
                    " General de"
                    " Protección de Datos Personales en Posesión de Sujetos Obligados.",
                ),
                Bilingual(
                    "United States: access to records about you, and correction of them, under the Privacy Act of 1974"
                    " (5 U.S.C. 552a).",
                    "Estados Unidos: acceso a los registros sobre usted y su corrección, según la Ley de Privacidad de"
                    " 1974 (5 U.S.C. 552a).",
                ),
                Bilingual(
                    "In both: you can ask either government, in English or Spanish. A request that arrives at the wrong"
                    " side is passed on.",
                    "En ambos: puede dirigirse a cualquiera de los dos gobiernos, en español o inglés. Si su solicitud"
                    " llega al lado equivocado, se turna al otro.",
                ),
            )
        ),
        Words(
            Bilingual(
                "If your submission is not signed, your receipt code and access key are the only way to show that it is"
                " yours: keep them.",
                "Si su aportación no está firmada, su folio y su clave de acceso son la única forma de mostrar que es"
                " suya: consérvelos.",
            )
        ),
        Note(
            Bilingual(
                "To be confirmed by counsel of each country: which government is responsible for a record that both"
                " hold, where requests are sent, and how long an answer may take.",
                "Por confirmar con las áreas jurídicas de cada país: cuál gobierno es responsable de un registro que"
                " ambos conservan, dónde se presentan las solicitudes y en qué plazo se responden.",
            )
        ),
    ),
)

PAGE = Page(
    Bilingual("Privacy notice", "Aviso de privacidad"),
    Bilingual(
        "What we ask of you, why, how we keep it, who reads it, and what you can ask of us.",
        "Qué le pedimos, para qué, cómo lo guardamos, quién lo lee y qué puede pedirnos.",
    ),
    Bilingual(
        "This notice is a proposal to both governments. It is to be confirmed by counsel of each country before"
        " launch.",
        "Este aviso es una propuesta a ambos gobiernos. Está por confirmarse con las áreas jurídicas de cada país antes"
        " del lanzamiento.",
    ),
    (ASKED, NOT_KEPT, KEPT, HOW_LONG, RIGHTS),
)
