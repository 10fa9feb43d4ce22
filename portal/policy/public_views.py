"""The policy's pages: moderation, privacy, accessibility."""

from flask import Blueprint, current_app, g, render_template
from flask.sansio.blueprints import BlueprintSetupState

from portal.i18n import localised
from portal.kept_pages import kept
from portal.policy import labels
from portal.policy.pages import accessibility as accessibility_page
from portal.policy.pages import moderation as moderation_page
from portal.policy.pages import privacy as privacy_page
from portal.policy.pages.blocks import Page
from portal.policy.rules import Reason

bp = Blueprint("policy", __name__)


@bp.record_once
def give_templates_their_words(state: BlueprintSetupState) -> None:
    """Let every template name a reason, and what was hidden for it, in the reader's language."""
    state.app.jinja_env.globals.update(
        hidden_label=lambda code: labels.hidden_label(code, g.language),
        reason_name=lambda code: labels.REASONS[Reason(code)][g.language],
    )


@localised(bp, en="/moderation-policy", es="/politica-de-moderacion")
@kept
def moderation_policy() -> str:
    """By which rules submissions are published."""
    return _render(moderation_page.PAGE)


@localised(bp, en="/privacy", es="/privacidad")
@kept
def privacy() -> str:
    """What becomes of what people tell us about themselves."""
    return _render(privacy_page.PAGE)


@localised(bp, en="/accessibility", es="/accesibilidad")
@kept
def accessibility() -> str:
    """What everyone can count on, and what to do when something fails."""
    return _render(accessibility_page.PAGE)


def _render(page: Page) -> str:
    return render_template("policy/page.html", page=page, known=current_app.view_functions)
