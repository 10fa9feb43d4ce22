"""Texts that break careless programs, and how each must come back: LF for CRLF and CR, U+FFFD for NUL, nothing else."""

NASTY = {
    "accents": "Ñandú, pingüino, corazón, niñez, ¿qué más? ¡Ya! ÁÉÍÓÚÜÑ",
    "decomposed accents": "Pe\u0301rdida de frecuencia, man\u0303ana: no las junte.",
    "composed and not": "é e\u0301 ñ n\u0303 Å Å",
    "emoji of several code points": "👩🏽‍🔬👩🏻‍💻 🏳️‍🌈 👨‍👩‍👧‍👦 🇲🇽🇺🇸 1️⃣ ☕️",
    "right to left": "نريد معلومات بالعربية עברית\u200f and back \u202egnirts desrever\u202c.",
    "marks piled up": "Z\u0334\u0321\u0340\u0300a\u0336\u0334l\u0338g\u0334o texto con adornos",
    "other scripts": "纸质材料也要两种语言。日本語も。ภาษาไทย भारत Ελληνικά Кириллица 𐎠𐎡 𠜎",
    "zero width and odd spaces": "a\u200bb\u200cc\u200dd\u2060e\u00a0f\u2003g\u3000h\ufeffi",
    "a NUL": "before\0after the NUL, in ten characters and more",
    "CRLF, CR and LF": "one\r\ntwo\rthree\n\n\nfour\r\n\r\nfive",
    "spaces at both ends": "   \n\t leading and trailing \t\n  \n",
    "line and paragraph separators": "first\u2028second\u2029third\x85fourth\x0bfifth\x0csixth",
    "control characters": "bell\x07 escape\x1b[31mred\x1b[0m delete\x7f backspace\x08 end",
    "markup": '<b>bold</b> <script>alert("x")</script> <img src=x onerror=alert(1)> <!-- note --> ]]> &amp; &lt; &#0;',
    "templates": "{{ 7 * 7 }} {% raw %} ${7*7} #{7*7} %(name)s %s {0} {name} \\u00e9 \\n",
    "formulas": '=1+1\n+SUM(A1:A9)\n-2+3\n@SUM(1)\n=HYPERLINK("http://example.org","x")\n\t=cmd|\'/c calc\'!A1',
    "SQL": "Robert'); DROP TABLE submission;-- \" ` \\ ''",
    "CSV": 'a,b;c\t"quoted ""twice"""\n"line\nbreak",\';',
    "quotes": "“double” ‘single’ «angulares» ‹más› \"straight\" 'straight' „unten“",
    "surrogates' neighbours": "\ud7ff\ue000\ufffd\ufffe\U0010ffff and the rest",
    "one long word": "x" * 3_000,
    "20,000 characters": "ñ" * 19_990 + " 👩🏽‍🔬 fin. 👍🏽👍🏽",
}


def received(text: str) -> str:
    """The text as it must come back."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
