"""How each kind of signal is called, in both languages."""

from portal.db import Bilingual
from portal.screening.rules import Kind

KINDS = {
    Kind.CURP: Bilingual("CURP (population registry code)", "CURP"),
    Kind.RFC: Bilingual("RFC (taxpayer code) of a person", "RFC de una persona"),
    Kind.NSS: Bilingual("Social security number (Mexico)", "Número de seguridad social (México)"),
    Kind.VOTER_KEY: Bilingual("Voter key (INE)", "Clave de elector (INE)"),
    Kind.CLABE: Bilingual("CLABE (bank account, Mexico)", "CLABE interbancaria"),
    Kind.ACCOUNT: Bilingual("Bank account", "Cuenta bancaria"),
    Kind.CARD: Bilingual("Bank card", "Tarjeta bancaria"),
    Kind.SSN: Bilingual("Social Security number (United States)", "Número de seguro social (Estados Unidos)"),
    Kind.ITIN: Bilingual("ITIN (taxpayer number)", "ITIN (número de contribuyente, Estados Unidos)"),
    Kind.ALIEN_NUMBER: Bilingual("Alien registration number", "Número de registro migratorio (Estados Unidos)"),
    Kind.PASSPORT: Bilingual("Passport or visa", "Pasaporte o visa"),
    Kind.PHONE: Bilingual("Phone", "Teléfono"),
    Kind.EMAIL: Bilingual("E-mail address", "Correo electrónico"),
    Kind.ADDRESS: Bilingual("Street address", "Domicilio"),
}
