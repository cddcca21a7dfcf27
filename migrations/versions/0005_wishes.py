"""how many people want a service online, by month"""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('wish',
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('service', sa.String(length=80), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('month', 'service', name=op.f('pk_wish'))
    )


def downgrade() -> None:
    op.drop_table('wish')
