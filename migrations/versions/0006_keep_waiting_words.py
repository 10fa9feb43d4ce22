"""Keep the words of what waits as keyed hashes, and ask for those of what waits already."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waiting_word",
        sa.Column("stem", sa.BigInteger(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("stem", "submission_id", name=op.f("pk_waiting_word")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_waiting_word_submission_id"), "waiting_word", ["submission_id"])
    # Migrations know no key: the worker indexes what waits, by the job `words:index`.
    job = sa.table(
        "job", *map(sa.column, ("kind", "subject", "tries")), sa.column("due_at", sa.DateTime(timezone=True))
    )
    waiting = sa.text("SELECT 1 FROM submission WHERE status IN ('received', 'held') LIMIT 1")
    if op.get_bind().execute(waiting).scalar() is not None:
        due_at = datetime.now(UTC)
        op.execute(sa.insert(job).values(kind="words:index", subject="0", tries=0, due_at=due_at))


def downgrade() -> None:
    op.execute("DELETE FROM job WHERE kind = 'words:index'")
    op.drop_table("waiting_word")
