"""The words for roles, permissions and the state of an account."""

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.accounts.rules import PERMISSIONS, AccountState, Permission, Role

ROLE_NAMES: dict[Role, Any] = {
    Role.MODERATOR: _l("Moderator"),
    Role.REVIEWER: _l("Reviewer"),
    Role.ANALYST: _l("Analyst"),
    Role.EDITOR: _l("Editor"),
    Role.RESPONDER: _l("Responder"),
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.AUDITOR: _l("Auditor"),
}


def role_name(role: Role) -> Any:
    """Name a role in the reader's language."""
    return ROLE_NAMES[role]


PERMISSION_NAMES: dict[Permission, Any] = {
    Permission.MODERATE: _l("Decide what is published"),
    Permission.REVIEW: _l("Read a second time, answer appeals, take colleagues' decisions back"),
    Permission.REASSIGN: _l("Give a submission to another colleague"),
    Permission.READ_ORIGINAL: _l("Open originals of decided submissions"),
    Permission.ANALYSE: _l("See reports and take public rows away as a file"),
    Permission.EXPORT_UNPUBLISHED: _l("Take unpublished rows away as a file"),
    Permission.EDIT_CONTENT: _l("Change the pages of the pillars"),
    Permission.RESPOND: _l("Answer for a government"),
    Permission.MANAGE_ACCOUNTS: _l("Invite colleagues and change accounts"),
    Permission.READ_AUDIT: _l("Read the audit log"),
    Permission.ERASE: _l("Erase a submission on request"),
}


def role_hints() -> dict[str, str]:
    """Say in the reader's language what each role may do."""
    return {
        role.value: " · ".join(str(PERMISSION_NAMES[one]) for one in Permission if one in PERMISSIONS[role])
        for role in Role
    }


STATE_NAMES: dict[AccountState, Any] = {
    AccountState.INVITED: _l("Invited"),
    AccountState.ACTIVE: _l("Active"),
    AccountState.DISABLED: _l("Disabled"),
}


def state_name(state: AccountState) -> Any:
    """Say in the reader's language whether somebody can sign in."""
    return STATE_NAMES[state]
