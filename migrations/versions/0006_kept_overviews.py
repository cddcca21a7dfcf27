"""what one look at the newest publication told"""

import sqlalchemy as sa
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('kept_overview',
    sa.Column('publication', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('made_by', sa.String(length=64), nullable=False),
    sa.Column('seen', sa.JSON(), nullable=False),
    sa.Column('rows', sa.LargeBinary(), nullable=False),
    sa.Column('scores', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(
        ['publication'], ['publication.number'], name=op.f('fk_kept_overview_publication_publication')
    ),
    sa.PrimaryKeyConstraint('publication', name=op.f('pk_kept_overview'))
    )


def downgrade() -> None:
    op.drop_table('kept_overview')
