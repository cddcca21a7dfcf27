"""who looked at whose data, and the batches that chain these records"""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('access_batch',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('root', sa.String(length=64), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('first_id', sa.Uuid(), nullable=False),
    sa.Column('last_id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('head', sa.String(length=64), nullable=False),
    sa.Column('signature', sa.String(length=128), nullable=False),
    sa.Column('key_id', sa.String(length=16), nullable=False),
    sa.Column('leaves', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_access_batch'))
    )
    op.create_table('access',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('reader_id', sa.Uuid(), nullable=True),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('office_id', sa.Uuid(), nullable=True),
    sa.Column('reader', sa.String(length=80), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=True),
    sa.Column('reference', sa.String(length=11), nullable=True),
    sa.Column('service', sa.String(length=80), nullable=True),
    sa.Column('document_id', sa.Uuid(), nullable=True),
    sa.Column('mandate_id', sa.Uuid(), nullable=True),
    sa.Column('basis', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('did', sa.String(length=8), nullable=False),
    sa.Column('refused', sa.Boolean(), nullable=False),
    sa.Column('salt', sa.LargeBinary(), nullable=False),
    sa.Column('batch', sa.Integer(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access'))
    )
    with op.batch_alter_table('access', schema=None) as batch_op:
        batch_op.create_index(
            'ix_access_batch', ['batch', 'position'], unique=False,
            sqlite_where=sa.text('batch IS NOT NULL'), postgresql_where=sa.text('batch IS NOT NULL'),
        )
        batch_op.create_index(
            'ix_access_document', ['document_id', 'id'], unique=False,
            sqlite_where=sa.text('document_id IS NOT NULL'), postgresql_where=sa.text('document_id IS NOT NULL'),
        )
        batch_op.create_index('ix_access_subject', ['subject_id', 'id'], unique=False)
        batch_op.create_index(
            'ix_access_waiting', ['id'], unique=False,
            sqlite_where=sa.text('batch IS NULL'), postgresql_where=sa.text('batch IS NULL'),
        )


def downgrade() -> None:
    with op.batch_alter_table('access', schema=None) as batch_op:
        batch_op.drop_index(
            'ix_access_waiting', sqlite_where=sa.text('batch IS NULL'), postgresql_where=sa.text('batch IS NULL')
        )
        batch_op.drop_index('ix_access_subject')
        batch_op.drop_index(
            'ix_access_document',
            sqlite_where=sa.text('document_id IS NOT NULL'), postgresql_where=sa.text('document_id IS NOT NULL'),
        )
        batch_op.drop_index(
            'ix_access_batch',
            sqlite_where=sa.text('batch IS NOT NULL'), postgresql_where=sa.text('batch IS NOT NULL'),
        )
    op.drop_table('access')
    op.drop_table('access_batch')
