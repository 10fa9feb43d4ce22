"""The words of the audit log for what was done, in both languages."""

from portal.db import Bilingual

ACTIONS: dict[str, Bilingual] = {
    "account:created": Bilingual("Account created", "Cuenta creada"),
    "account:disabled": Bilingual("Account closed", "Cuenta cerrada"),
    "account:enabled": Bilingual("Account opened again", "Cuenta reabierta"),
    "account:link-sent": Bilingual("One-time link sent", "Enlace de un solo uso enviado"),
    "account:password-changed": Bilingual("Password changed", "Contraseña cambiada"),
    "account:reset": Bilingual("Password taken away, new link given", "Contraseña anulada y enlace nuevo"),
    "account:roles-changed": Bilingual("Roles changed", "Funciones cambiadas"),
    "account:warned": Bilingual("Owner warned of failed sign-ins", "Aviso a su titular por intentos fallidos"),
    "account:welcomed": Bilingual("Account taken up by its owner", "Cuenta activada por su titular"),
    "account:linked": Bilingual("Account tied to single sign-on", "Cuenta vinculada al acceso institucional"),
    "audit:signed-anew": Bilingual("End of the log signed anew", "Final de la bitácora firmado de nuevo"),
    "audit:verified": Bilingual("Log checked", "Bitácora verificada"),
    "decision:brought-forward": Bilingual("Decision put into effect early", "Efecto de la decisión anticipado"),
    "decision:made": Bilingual("Decision made", "Decisión tomada"),
    "decision:undone": Bilingual("Decision undone", "Decisión deshecha"),
    "export:made": Bilingual("Rows taken away as a file", "Filas descargadas en un archivo"),
    "factor:added": Bilingual("Second factor added", "Segundo factor agregado"),
    "factor:removed": Bilingual("Second factor removed", "Segundo factor eliminado"),
    "factor:used-up": Bilingual("Recovery code used", "Código de recuperación usado"),
    "import:made": Bilingual("File of submissions taken in", "Archivo de aportaciones importado"),
    "original:opened": Bilingual("Original opened", "Original consultado"),
    "pillars:loaded": Bilingual("Pillars loaded", "Pilares cargados"),
    "publication:made": Bilingual("Public version published", "Versión pública difundida"),
    "publication:retracted": Bilingual("Public version taken back", "Versión pública retirada"),
    "queue:listed": Bilingual("Queue opened, with first words", "Cola consultada, con primeras palabras"),
    "queue:searched": Bilingual("Queue searched by words", "Cola buscada por palabras"),
    "response:published": Bilingual("Response published", "Respuesta publicada"),
    "staff:confirmed": Bilingual("Second factor shown again", "Segundo factor confirmado"),
    "staff:signed-in": Bilingual("Signed in", "Inicio de sesión"),
    "staff:signed-out": Bilingual("Signed out", "Cierre de sesión"),
    "submission:claimed": Bilingual("Taken from the queue", "Tomada de la cola"),
    "submission:erased": Bilingual("Submission erased", "Aportación suprimida"),
    "submission:opened-to-both": Bilingual("Shown to both governments", "Visible para ambos gobiernos"),
    "submission:restricted": Bilingual("Shown to one government alone", "Visible para un solo gobierno"),
    "submission:received": Bilingual("Submission received", "Aportación recibida"),
    "submission:released": Bilingual("Given back to the queue", "Devuelta a la cola"),
    "submission:withdrawn": Bilingual("Submission withdrawn", "Aportación retirada"),
}

GROUPS: dict[str, Bilingual] = {
    "account": Bilingual("Accounts", "Cuentas"),
    "audit": Bilingual("Audit log", "Bitácora de auditoría"),
    "decision": Bilingual("Decisions", "Decisiones"),
    "export": Bilingual("Exports", "Exportaciones"),
    "factor": Bilingual("Second factors", "Segundos factores"),
    "import": Bilingual("Imports", "Importaciones"),
    "original": Bilingual("Originals", "Originales"),
    "pillars": Bilingual("Pillars", "Pilares"),
    "publication": Bilingual("Public versions", "Versiones públicas"),
    "queue": Bilingual("Queue", "Cola"),
    "response": Bilingual("Responses", "Respuestas"),
    "staff": Bilingual("Staff", "Personal"),
    "submission": Bilingual("Submissions", "Aportaciones"),
}


def action_words(action: str, language: str) -> str:
    """Say what was done; an action that nobody has named yet says its code."""
    return ACTIONS[action][language] if action in ACTIONS else action
