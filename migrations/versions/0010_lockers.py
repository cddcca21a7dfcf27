"""lockers keep what people bring, and documents are shared

Going back throws the rows away of what lies in no request: the release before knows no such documents."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COLUMNS = {
    "issued_on": sa.Date(),
    "label": sa.LargeBinary(),
    "about_mark": sa.String(length=60),
    "newer_id": sa.Uuid(),
    "source_id": sa.Uuid(),
    "scan": sa.String(length=8),
    "removed_at": sa.DateTime(timezone=True),
    "revoked_for": sa.LargeBinary(),
}
OPTIONAL = {"case_id": sa.Uuid(), "reference": sa.String(length=11), "service": sa.String(length=80)}
INDEXES = {"newer": "newer_id", "source": "source_id"}


def upgrade() -> None:
    with op.batch_alter_table("document") as table:
        for name, kind in COLUMNS.items():
            table.add_column(sa.Column(name, kind, nullable=True))
        for name, kind in OPTIONAL.items():
            table.alter_column(name, existing_type=kind, nullable=True)
        table.alter_column("origin", existing_type=sa.String(length=8), type_=sa.String(length=9))
    for name, column in INDEXES.items():
        some = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_document_{name}", "document", [column], sqlite_where=some, postgresql_where=some)
    op.create_table(
        "locker",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_locker")),
    )
    op.create_table(
        "share",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("mark", sa.String(length=60), nullable=True),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("office_id", sa.Uuid(), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("purpose", sa.LargeBinary(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("mandate_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
    )
    for column in ("document_id", "mark", "company_id", "office_id"):
        op.create_index(f"ix_share_{column}", "share", [column, "id"])


def downgrade() -> None:
    op.drop_table("share")
    op.drop_table("locker")
    op.execute("DELETE FROM document WHERE case_id IS NULL")
    for name in INDEXES:
        op.drop_index(f"ix_document_{name}", "document")
    with op.batch_alter_table("document") as table:
        table.alter_column("origin", existing_type=sa.String(length=9), type_=sa.String(length=8))
        for name, kind in OPTIONAL.items():
            table.alter_column(name, existing_type=kind, nullable=False)
        for name in reversed(COLUMNS):
            table.drop_column(name)
