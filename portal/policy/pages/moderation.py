"""The moderation policy as everyone may read it."""

from portal.db import Bilingual
from portal.policy.pages.blocks import Items, Page, Rules, Section, Table, Words
from portal.policy.pages.moderation_reasons import REASONS, USE
from portal.policy.pages.moderation_safety import REPORT_WRONGDOING, SAFETY
from portal.policy.pages.moderation_times import APPEAL, FIGURES, LAW, TIMES

PRINCIPLES = Section(
    Bilingual("principles", "principios"),
    Bilingual("Seven principles", "Siete principios"),
    (
        Items(
            (
                Bilingual(
                    "We publish, unless a reason on this page forbids it. Silence is not a decision, and taste is not a"
                    " reason.",
                    "Publicamos, salvo que un motivo de esta página lo impida. El silencio no es una decisión y el"
                    " gusto no es un motivo.",
                ),
                Bilingual(
                    "We take away as little as we can: a word before a sentence, a sentence before a submission.",
                    "Quitamos lo menos posible: una palabra antes que una frase, una frase antes que una aportación.",
                ),
                Bilingual(
                    "Viewpoint never decides. The same sentence gets the same decision, whichever government, party,"
                    " company, or people it favors.",
                    "El punto de vista nunca decide. La misma frase recibe la misma decisión, favorezca al gobierno,"
                    " partido, empresa o pueblo que sea.",
                ),
                Bilingual(
                    "The rule is the same in every language. A submission in Spanish waits no longer than one in"
                    " English. You can write in other languages too: we translate for review and publish what you"
                    " wrote.",
                    "La regla es la misma en todos los idiomas. Una aportación en español no espera más que una en"
                    " inglés. También puede escribir en otros idiomas y en lenguas indígenas: traducimos para revisar y"
                    " publicamos lo que usted escribió.",
                ),
                Bilingual(
                    "Every decision has a reason from this page, a moderator who answers for it in the audit log, and a"
                    " notice in the language of your form.",
                    "Cada decisión tiene un motivo de esta página, una persona moderadora que responde por ella en la"
                    " bitácora de auditoría y un aviso en su idioma.",
                ),
                Bilingual(
                    "We keep the original as we received it and never edit it. The moderator who decides can read it;"
                    " afterwards, only the second level. What everyone reads is a separate public version.",
                    "Conservamos el original tal como llegó y nunca lo editamos. Puede leerlo quien modera; después de"
                    " la decisión, solo el segundo nivel. Lo que todas las personas leen es una versión pública"
                    " aparte.",
                ),
                Bilingual(
                    "People decide. Programs may sort, group, and highlight. They never refuse.",
                    "Deciden las personas. Los programas pueden ordenar, agrupar y resaltar. Nunca rechazan.",
                ),
            ),
            numbered=True,
        ),
    ),
)

DECISIONS = Section(
    Bilingual("decisions", "decisiones"),
    Bilingual("Three decisions", "Tres decisiones"),
    (
        Table(
            Bilingual("What each decision means", "Qué significa cada decisión"),
            (
                Bilingual("Decision", "Decisión"),
                Bilingual("What everyone sees", "Qué ven todas las personas"),
                Bilingual("What you get", "Qué recibe usted"),
            ),
            (
                (
                    Bilingual("Publish", "Publicar"),
                    Bilingual("The whole text.", "El texto completo."),
                    Bilingual("Your follow page says so.", "Lo dice su página de seguimiento."),
                ),
                (
                    Bilingual("Redact", "Testar"),
                    Bilingual(
                        "The text, with a label such as [personal data hidden] where words were hidden.",
                        "El texto, con una etiqueta como [dato personal oculto] donde se ocultaron palabras.",
                    ),
                    Bilingual("A notice with the reason.", "Un aviso con el motivo."),
                ),
                (
                    Bilingual("Do not publish", "No publicar"),
                    Bilingual(
                        "Nothing. It counts in the figures, under its reason.",
                        "Nada. Se cuenta en las cifras, según su motivo.",
                    ),
                    Bilingual(
                        "A notice with the reason, and how to appeal.",
                        "Un aviso con el motivo y la forma de inconformarse.",
                    ),
                ),
            ),
        ),
        Words(
            Bilingual(
                "Sometimes we take a step before we decide: a second moderator reads the text, we invite you to correct"
                " it within 10 business days, or we tell you which authority the matter belongs to.",
                "A veces damos un paso antes de decidir: una segunda persona lee el texto, le invitamos a corregirlo en"
                " un plazo de 10 días hábiles o le decimos a qué autoridad corresponde el asunto.",
            )
        ),
    ),
)

RULES = Section(
    Bilingual("reasons", "motivos"),
    Bilingual("The reasons", "Los motivos"),
    (
        Words(
            Bilingual(
                "These are the only reasons. Where two people decide, the second is a different moderator, preferably"
                " of the other country.",
                "Estos son los únicos motivos. Donde deciden dos personas, la segunda es otra persona moderadora, de"
                " preferencia del otro país.",
            )
        ),
        Rules(tuple((reason, USE[reason], when) for reason, when in REASONS.items())),
    ),
)

NEVER = Section(
    Bilingual("never-a-reason", "nunca-es-motivo"),
    Bilingual("What is never a reason", "Lo que nunca es motivo"),
    (
        Items(
            (
                Bilingual(
                    "Criticism of either government, an agency, an official, a program, a company, or this portal. Nor"
                    " praise of them.",
                    "La crítica a cualquiera de los dos gobiernos, a una dependencia, a una persona servidora pública,"
                    " a un programa, a una empresa o a este portal. Tampoco el elogio.",
                ),
                Bilingual(
                    "The viewpoint, party, nationality, or migration status of those who write, or how many they are.",
                    "El punto de vista, el partido, la nacionalidad o la situación migratoria de quienes escriben, ni"
                    " cuántas personas son.",
                ),
                Bilingual(
                    "Anger, sarcasm, mild profanity, spelling, grammar, capital letters, emoji, dialect, mixing"
                    " languages, or writing in a language other than English and Spanish.",
                    "El enojo, el sarcasmo, las groserías leves, la ortografía, la gramática, las mayúsculas, los"
                    " emojis, el habla regional, la mezcla de idiomas o escribir en un idioma distinto del español y el"
                    " inglés.",
                ),
                Bilingual(
                    "Being very short, very long, anonymous, late, wrong about a fact, or part of a campaign.",
                    "Que sea muy corta, muy larga, anónima, tardía, equivocada en un dato o parte de una campaña.",
                ),
                Bilingual(
                    "Code or formulas in the text. They are shown as typed and cannot do harm; we judge what the person"
                    " says.",
                    "Que el texto lleve código o fórmulas. Se muestran como se escribieron y no pueden causar daño;"
                    " valoramos lo que dice la persona.",
                ),
                Bilingual(
                    "Embarrassment, a court case or an election as such, or a request from an official who was"
                    " criticized. Such a request is recorded, and published in the monthly figures.",
                    "La incomodidad, un juicio o una elección por sí mismos, o la petición de una persona servidora"
                    " pública a la que se criticó. Esa petición se registra y se publica en las cifras mensuales.",
                ),
            )
        ),
    ),
)

CAMPAIGNS = Section(
    Bilingual("campaigns", "campanas"),
    Bilingual("Form letters", "Cartas modelo"),
    (
        Words(
            Bilingual(
                "When many people send nearly the same text, we group it. All of them are published and counted."
                " Reports"
                " give both figures: submissions, and distinct texts.",
                "Cuando muchas personas envían casi el mismo texto, lo agrupamos. Todas las aportaciones se publican y"
                " se cuentan. Los informes dan las dos cifras: aportaciones y textos distintos.",
            )
        ),
        Words(
            Bilingual(
                "A moderator can decide for a whole group only after opening every letter that differs by more than its"
                " first and last lines. What each person added is read and kept.",
                "Se puede decidir por todo un grupo solo después de abrir cada carta que difiera en algo más que sus"
                " primeras y últimas líneas. Lo que cada persona agregó se lee y se conserva.",
            )
        ),
    ),
)

PAGE = Page(
    Bilingual("Moderation policy", "Política de moderación"),
    Bilingual(
        "A person reads every submission before it becomes public. These are the rules they follow, the reasons they"
        " may give, and what you can do if you disagree.",
        "Una persona lee cada aportación antes de que sea pública. Estas son las reglas que sigue, los motivos"
        " que puede"
        " dar y lo que usted puede hacer si no está de acuerdo.",
    ),
    Bilingual(
        "These rules are a proposal to both governments. Their legal basis is to be confirmed by counsel of each"
        " country.",
        "Estas reglas son una propuesta a ambos gobiernos. Su base legal está por confirmarse con las áreas"
        " jurídicas de"
        " cada país.",
    ),
    (PRINCIPLES, DECISIONS, RULES, NEVER, CAMPAIGNS, SAFETY, REPORT_WRONGDOING, TIMES, APPEAL, FIGURES, LAW),
)
