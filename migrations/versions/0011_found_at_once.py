"""what ends soonest, what waits for a scanner, what never came and what somebody shares are found without reading all

Going back takes the indexes away and nothing else."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UNSCANNED = sa.text("scan IS NULL AND origin IN ('added', 'brought', 'fetched')")
UNKEPT = sa.text("state <> 'kept'")


def upgrade() -> None:
    for name, some in (("unscanned", UNSCANNED), ("unkept", UNKEPT)):
        op.create_index(f"ix_document_{name}", "document", ["id"], sqlite_where=some, postgresql_where=some)
    op.create_index("ix_document_ends", "document", ["owner_id", "valid_until", "id"])
    op.create_index("ix_share_owner_id", "share", ["owner_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_share_owner_id", "share")
    for name in ("ends", "unkept", "unscanned"):
        op.drop_index(f"ix_document_{name}", "document")
