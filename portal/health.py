"""Is it alive, is it ready: for process supervisors, load balancers and operators."""

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from portal import db, jobs, limits
from portal.clock import utcnow

WORKER_LAG_SECONDS = 60

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process is up."""
    return jsonify(status="up")


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """The database answers. The limiter's store and the worker's lag are told, but do not make the portal unready."""
    try:
        db.session.execute(text("SELECT 1"))
        waiting_since = jobs.oldest_due(db.session, now := utcnow())
        dead = jobs.number_of_dead(db.session)
        database = "up"
    except Exception:
        current_app.logger.warning("database away")
        return jsonify(status="not ready", database="away"), 503
    lag = (now - waiting_since).total_seconds() if waiting_since else 0.0
    return jsonify(
        status="ready",
        database=database,
        limiter="shared" if limits.store_is_up(current_app) else "each process for itself",
        worker="keeping up" if lag < WORKER_LAG_SECONDS else "behind",
        worker_lag_seconds=round(lag),
        dead_jobs=dead,
    )
