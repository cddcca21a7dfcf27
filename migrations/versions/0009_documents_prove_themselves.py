"""issued documents bear a seal, a short code and a proof; they end to be valid, or are revoked

Documents issued before stay as they are: they have no code, and cannot be checked."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

REVOKED = sa.text("revoked_at IS NOT NULL")
COLUMNS = {
    "seal": sa.String(length=90),
    "code_mark": sa.String(length=60),
    "proof": sa.LargeBinary(),
    "proof_list": sa.String(length=7),
    "proof_place": sa.Integer(),
    "valid_until": sa.Date(),
    "revoked_at": sa.DateTime(timezone=True),
}


def upgrade() -> None:
    with op.batch_alter_table("document") as table:
        for name, kind in COLUMNS.items():
            table.add_column(sa.Column(name, kind, nullable=True))
        table.create_unique_constraint(op.f("uq_document_code_mark"), ["code_mark"])
    op.create_index("uq_document_proof", "document", ["proof_list", "proof_place"], unique=True)
    op.create_index(
        "ix_document_revoked", "document", ["proof_list"], sqlite_where=REVOKED, postgresql_where=REVOKED
    )


def downgrade() -> None:
    op.drop_index("ix_document_revoked", "document")
    op.drop_index("uq_document_proof", "document")
    with op.batch_alter_table("document") as table:
        table.drop_constraint(op.f("uq_document_code_mark"), type_="unique")
        for name in reversed(COLUMNS):
            table.drop_column(name)
