"""how far each invariant held, since when a document is kept, and indexes in the order pages list"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

UNREAD = sa.text('read_at IS NULL')

# where the bytes of a document that is being made will lie; SQLite keeps ids without the dashes of the name
PLACED = {
    "sqlite": "UPDATE document SET object_key = 'documents/' || substr(id, 1, 8) || '-' || substr(id, 9, 4) || '-' ||"
    " substr(id, 13, 4) || '-' || substr(id, 17, 4) || '-' || substr(id, 21) WHERE object_key IS NULL",
    "postgresql": "UPDATE document SET object_key = 'documents/' || id WHERE object_key IS NULL",
}


def upgrade() -> None:
    op.create_table('check_mark',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('reached', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_check_mark'))
    )
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kept_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_document_kept_at'), ['kept_at'], unique=False)
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_index('ix_case_office_queue')
        batch_op.drop_index(batch_op.f('ix_case_subject_id'))
        batch_op.create_index('ix_case_office_queue', ['office_id', 'turn', 'last_day', 'id'], unique=False)
        batch_op.create_index('ix_case_mine', ['subject_id', 'changed_at', 'id'], unique=False)
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index('ix_alert_unread', ['person_id'], unique=False, sqlite_where=UNREAD, postgresql_where=UNREAD)
    op.execute("UPDATE document SET kept_at = made_at WHERE state = 'kept'")
    op.execute(PLACED[op.get_bind().dialect.name])


def downgrade() -> None:
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_index('ix_alert_unread')
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_index('ix_case_mine')
        batch_op.drop_index('ix_case_office_queue')
        batch_op.create_index(batch_op.f('ix_case_subject_id'), ['subject_id'], unique=False)
        batch_op.create_index('ix_case_office_queue', ['office_id', 'state', 'last_day', 'id'], unique=False)
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_kept_at'))
        batch_op.drop_column('kept_at')

    op.drop_table('check_mark')
