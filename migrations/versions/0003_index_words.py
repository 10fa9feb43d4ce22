"""Index the words of published texts, in each database's own way."""

from alembic import op

from portal import fulltext

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    fulltext.create(op.get_bind())


def downgrade() -> None:
    fulltext.remove(op.get_bind())
