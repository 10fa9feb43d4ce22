"""The moderation desk: the queue, and one submission with the decision about it."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import portal.submissions.store as submissions
from portal import db
from portal.accounts.gate import count_by, needs
from portal.accounts.rules import Permission
from portal.audit.store import record
from portal.clock import utcnow
from portal.fulltext import is_common
from portal.i18n import localised
from portal.limits import STAFF_WRITE, limited
from portal.moderation import case, claim, decide, desk, queue_store
from portal.moderation.case import Case
from portal.moderation.forms import DecisionForm, filters_asked, number_of, query_of
from portal.moderation.queue_store import Cursor
from portal.moderation.rules import Refused
from portal.moderation.store import TakenByColleague
from portal.submissions import receipts
from portal.submissions.models import Submission
from portal.submissions.rules import NotAllowed, Status, may_read

bp = Blueprint("moderation", __name__)
bp.app_template_filter("receipt_code")(receipts.spelled)
bp.app_template_filter()(desk.verdict_name)
bp.app_template_filter()(desk.reason_name)
bp.app_template_filter()(desk.government_name)

ROWS = 20


@count_by(bp, "staff.moderation.queue")
def number_waiting() -> int:
    """Count what waits, for the bar of every staff page."""
    return queue_store.number_waiting(db.session, g.staff.country)


@localised(bp, en="/staff/queue", es="/equipo/cola")
@needs(Permission.MODERATE)
def queue() -> ResponseReturnValue:
    """Show what waits, longest wait first; all of it, or what has some words. A receipt code opens its submission."""
    now, filters, government = utcnow(), filters_asked(request.args), g.staff.country
    if filters.words and (submission := seen(filters.words)):
        return redirect(url_for(".item", folio=receipts.spelled(submission.code)), 303)
    listed = queue_store.hits(db.session, government, filters)
    counts = queue_store.counts(db.session, government, filters, listed)
    if filters.words:
        with db.transaction() as session:
            record(session, "queue:searched", "queue", actor_id=g.staff.id, now=now, hits=counts.total)
    after = queue_store.read(request.args.get("after", ""))
    page = queue_store.page(db.session, government, filters, after=after, limit=ROWS, total=counts.total, listed=listed)
    if page.rows:
        with db.beside() as session:
            record(session, "queue:listed", "queue", actor_id=g.staff.id, now=now, rows=len(page.rows))
    following = query_of(filters) | {"after": queue_store.written(page.next_after)} if page.next_after else {}
    return render_template(
        "moderation/queue.html",
        rows=case.rows(db.session, page, g.staff, now=now),
        counts=counts,
        facets=desk.facets(filters, counts),
        filters=filters,
        query=query_of(filters),
        onward=query_of(filters),
        next_url=url_for(".queue", **following) if following else None,
        next_number=page.next_number,
        waits=desk.waits(queue_store.longest_waits(db.session, government), now),
        is_first=after is None,
        everything=query_of(filters, words=""),
        is_code=receipts.is_like_code(filters.words),
        is_common=is_common(filters.words),
        recent=recent(now),
    )


@localised(bp, en="/staff/queue/next", es="/equipo/cola/siguiente", methods=["POST"])
@limited(STAFF_WRITE)
@needs(Permission.MODERATE)
def claim_next() -> ResponseReturnValue:
    """Take the next free submission and open it."""
    return go_on(after=None)


@localised(bp, en="/staff/queue/<folio>", es="/equipo/cola/<folio>", methods=["GET", "POST"])
@limited(STAFF_WRITE, methods=("POST",))
@needs(Permission.MODERATE)
def item(folio: str) -> ResponseReturnValue:
    """Show one submission; decide about it, hide what was found, see what the public would see, or skip it."""
    submission = found(folio)
    if request.method == "GET":
        return show(submission)
    act = request.form.get("act", "switch" if "switch" in request.form else "decide")
    if act == "skip":
        with db.transaction() as session:
            claim.give_back(session, submission.id, g.staff.id, now=utcnow())
        return go_on(after=queue_store.place_of(submission))
    form = DecisionForm(submission)
    if act == "decide":
        return decided(submission, form)
    if act != "switch":
        renew(submission)
    return show(submission, form, with_preview=act == "preview")


@localised(bp, en="/staff/queue/<folio>/claim", es="/equipo/cola/<folio>/tomar", methods=["POST"])
@limited(STAFF_WRITE)
@needs(Permission.MODERATE)
def take(folio: str) -> ResponseReturnValue:
    """Take this submission; where a colleague has it, its page says so."""
    submission = found(folio)
    try:
        with db.transaction() as session:
            claim.take(session, submission.id, g.staff.id, now=utcnow())
    except (NotAllowed, TakenByColleague):
        pass  # its page says why
    return redirect(url_for(".item", folio=folio, **asked_onward()), 303)


@localised(bp, en="/staff/queue/<folio>/release", es="/equipo/cola/<folio>/liberar", methods=["POST"])
@limited(STAFF_WRITE)
@needs(Permission.MODERATE)
def release(folio: str) -> ResponseReturnValue:
    """Give this submission back to the queue."""
    submission = found(folio)
    with db.transaction() as session:
        claim.give_back(session, submission.id, g.staff.id, now=utcnow())
    return redirect(url_for(".queue", **query_of(filters_asked(request.args))), 303)


@localised(bp, en="/staff/queue/<folio>/undo", es="/equipo/cola/<folio>/deshacer", methods=["POST"])
@limited(STAFF_WRITE)
@needs(Permission.MODERATE)
def undo(folio: str) -> ResponseReturnValue:
    """Take the latest decision on this submission back."""
    submission, may_review = found(folio), g.staff.may(Permission.REVIEW)
    try:
        with db.transaction() as session:
            decide.undo(session, decision_asked(), actor_id=g.staff.id, may_review=may_review, now=utcnow())
    except NotAllowed:
        return show(submission, conflict="undo"), 409
    except TakenByColleague:
        return show(submission, conflict="taken"), 409
    return redirect(url_for(".item", folio=folio, **asked_onward()), 303)


@localised(bp, en="/staff/queue/<folio>/now", es="/equipo/cola/<folio>/ya", methods=["POST"])
@limited(STAFF_WRITE)
@needs(Permission.MODERATE)
def make_public_now(folio: str) -> ResponseReturnValue:
    """Let the latest decision on this submission take effect at once."""
    submission = found(folio)
    try:
        with db.transaction() as session:
            decide.make_public_now(session, decision_asked(), actor_id=g.staff.id, now=utcnow())
    except NotAllowed:
        return show(submission, conflict="now"), 409
    return redirect(url_for(".queue", **query_of(filters_asked(request.args))), 303)


@localised(bp, en="/staff/queue/<folio>/original", es="/equipo/cola/<folio>/original", methods=["GET", "POST"])
@limited(STAFF_WRITE, methods=("POST",))
@needs(Permission.READ_ORIGINAL)
def original(folio: str) -> ResponseReturnValue:
    """Open the original of a submission that is decided; that it was opened is recorded."""
    submission = found(folio)
    if request.method == "GET" or submission.status == Status.ERASED:
        return redirect(url_for(".item", folio=folio), 303)
    with db.transaction() as session:
        record(session, "original:opened", f"submission:{submission.code}", actor_id=g.staff.id, now=utcnow())
    return show(submission, opened=True)


def decided(submission: Submission, form: DecisionForm) -> ResponseReturnValue:
    """Take the decision that was sent, then open the next submission; show again what could not be decided."""
    this = open_case(submission)
    verdict = form.chosen_verdict if form.validate() else None
    try:
        if this.original is None:
            return show(submission, form, conflict="decided"), 409
        hidden = form.rows() + form.typed(this.original.publishable)
        if verdict is None:
            return show(submission, form), 422
        with db.transaction() as session:
            decision = decide.decide(
                session,
                submission.id,
                verdict,
                actor_id=g.staff.id,
                reasons=form.chosen_reasons,
                hidden=hidden,
                note=form.note_text,
                seen=request.form.get("seen", type=int),
                now=utcnow(),
                undo_seconds=current_app.config["SETTINGS"].undo_seconds,
            )
    except Refused as refused:
        form.refuse(refused)
        return show(submission, form), 422
    except NotAllowed:
        return show(submission, form, conflict="decided"), 409
    except TakenByColleague:
        return show(submission, form, conflict="taken"), 409
    return go_on(after=queue_store.read(request.args.get("after", "")), done=decision.id)


def go_on(*, after: Cursor | None, done: int | None = None) -> ResponseReturnValue:
    """Take and open the next free submission under the same filters; where none is left, show the queue."""
    filters, now = filters_asked(request.args), utcnow()
    with db.transaction() as session:
        following = claim.take_next(session, g.staff.id, filters=filters, after=after, now=now)
        if following is None and after is not None:
            after, following = None, claim.take_next(session, g.staff.id, filters=filters, now=now)
    query: dict[str, Any] = query_of(filters) | ({"done": done} if done else {})
    if following is None:
        return redirect(url_for(".queue", **query), 303)
    if after is not None:
        query["after"] = queue_store.written(after)
    return redirect(url_for(".item", folio=receipts.spelled(following.code), **query), 303)


def show(
    submission: Submission,
    form: DecisionForm | None = None,
    *,
    with_preview: bool = False,
    conflict: str | None = None,
    opened: bool = False,
) -> str:
    """Render the page of one submission, with what was typed kept."""
    now = utcnow()
    this = open_case(submission, opened=opened)
    if this.original and not this.is_mine and not opened:  # who has claimed it is known to read it
        with db.beside() as session:
            subject = f"submission:{submission.code}"
            record(session, "original:opened", subject, actor_id=g.staff.id, now=now, undecided=True)
    form = form or DecisionForm(submission)
    draft = desk.draft(this, form, with_preview=with_preview, now=now)
    return render_template(
        "moderation/item.html",
        case=this,
        words=desk.words(this),
        form=form,
        draft=draft,
        conflict=conflict,
        recent=recent(now),
        reason_keys=desk.REASON_KEYS,
        query=query_of(filters_asked(request.args)),
        onward=asked_onward(),
    )


def open_case(submission: Submission, *, opened: bool = False) -> Case:
    """Put the page of one submission together for whoever is signed in."""
    db.session.refresh(submission)
    if not may_read(g.staff.country, submission.only_for):
        abort(404)  # since a moment ago
    return case.open_case(db.session, submission, g.staff, g.language, now=utcnow(), opened=opened)


def recent(now: datetime) -> case.Recent | None:
    """Give what this person has just decided, as the address says."""
    return case.recent(db.session, number_of(request.args, "done"), g.staff, now=now)


def renew(submission: Submission) -> None:
    """Keep a submission in this person's hands a while longer, unless a colleague has it."""
    try:
        with db.transaction() as session:
            claim.renew(session, submission.id, g.staff.id, now=utcnow())
    except (NotAllowed, TakenByColleague):
        pass  # the page that follows says so


def found(folio: str) -> Submission:
    """Find the submission of an address, or answer 404, as for one that is shown to the other government alone."""
    return seen(folio) or abort(404)


def seen(typed: str) -> Submission | None:
    """Find the submission of a receipt code, if whoever is signed in may see it."""
    code = receipts.parse_code(typed)
    submission = submissions.by_code(db.session, code) if code else None
    return submission if submission and may_read(g.staff.country, submission.only_for) else None


def decision_asked() -> int:
    """Read which decision a form speaks of, or answer 400."""
    return number_of(request.form, "decision") or abort(400)


def asked_onward() -> dict[str, Any]:
    """Keep the filters and the place in the queue that an address carries."""
    after = request.args.get("after")
    return query_of(filters_asked(request.args)) | ({"after": after} if after else {})
