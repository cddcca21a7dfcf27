"""several offices of one administration in one place, each with the services it takes"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

NAME = 'uq_office_administration'


def upgrade() -> None:
    with op.batch_alter_table('office', schema=None) as batch_op:
        batch_op.add_column(sa.Column('branch', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('services', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.drop_constraint(NAME, type_='unique')
        batch_op.create_unique_constraint(NAME, ['administration', 'territory', 'branch'])


def downgrade() -> None:
    with op.batch_alter_table('office', schema=None) as batch_op:
        batch_op.drop_constraint(NAME, type_='unique')
        batch_op.create_unique_constraint(NAME, ['administration', 'territory'])
        batch_op.drop_column('services')
        batch_op.drop_column('branch')
