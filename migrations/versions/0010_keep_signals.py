"""Keep the signals of screening as positions, and ask for those of what waits already."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "screening",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("screened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_screening_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_screening")),
    )
    op.create_table(
        "signal",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_signal_submission_id_submission")),
        sa.PrimaryKeyConstraint("submission_id", "start", "end", name=op.f("pk_signal")),
    )
    # Migrations know no key: the worker looks through what waits, by the job `screening:waiting`.
    job = sa.table(
        "job", *map(sa.column, ("kind", "subject", "tries")), sa.column("due_at", sa.DateTime(timezone=True))
    )
    waiting = sa.text("SELECT 1 FROM submission WHERE status IN ('received', 'held') LIMIT 1")
    if op.get_bind().execute(waiting).scalar() is not None:
        due_at = datetime.now(UTC)
        op.execute(sa.insert(job).values(kind="screening:waiting", subject="0", tries=0, due_at=due_at))


def downgrade() -> None:
    op.execute("DELETE FROM job WHERE kind IN ('screening:waiting', 'submission:screen')")
    op.drop_table("signal")
    op.drop_table("screening")
