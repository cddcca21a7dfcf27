"""files that people attach to a request, beside the documents made of it"""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

ISSUED = sa.text("origin = 'issued'")


def upgrade() -> None:
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.add_column(sa.Column('origin', sa.String(length=8), server_default='issued', nullable=False))
        batch_op.add_column(sa.Column('media', sa.String(length=40), server_default='application/pdf', nullable=False))
        batch_op.drop_constraint('uq_document_case_id', type_='unique')
        batch_op.create_index('ix_document_case', ['case_id'], unique=False)
        batch_op.create_index(
            'ix_document_issued', ['case_id', 'kind'], unique=True, sqlite_where=ISSUED, postgresql_where=ISSUED
        )


def downgrade() -> None:
    op.execute("DELETE FROM document WHERE origin <> 'issued'")
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index('ix_document_issued')
        batch_op.drop_index('ix_document_case')
        batch_op.create_unique_constraint('uq_document_case_id', ['case_id', 'kind'])
        batch_op.drop_column('media')
        batch_op.drop_column('origin')
