"""several offices of one administration in one place, each with the services it takes

On the way back a branch becomes part of its office's territory, so that its requests and officers stay together; no new
request finds it there. Coming again it takes no service until the deployment's offices are loaded once more."""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

NAME = 'uq_office_administration'
SIGN, LONGEST = '/', 40
UNTIL_LOADED = ['-']


def upgrade() -> None:
    with op.batch_alter_table('office', schema=None) as batch_op:
        batch_op.add_column(sa.Column('branch', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('services', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.drop_constraint(NAME, type_='unique')
        batch_op.create_unique_constraint(NAME, ['administration', 'territory', 'branch'])
    office = _office()
    for row in op.get_bind().execute(sa.select(office).where(office.c.territory.contains(SIGN))).all():
        territory, _, branch = row.territory.partition(SIGN)
        values = {'territory': territory, 'branch': branch, 'services': UNTIL_LOADED}
        op.execute(sa.update(office).where(office.c.id == row.id).values(**values))


def downgrade() -> None:
    office = _office()
    for row in op.get_bind().execute(sa.select(office).where(office.c.branch != '')).all():
        territory = f'{row.territory}{SIGN}{row.branch}'[:LONGEST]
        op.execute(sa.update(office).where(office.c.id == row.id).values(territory=territory))
    with op.batch_alter_table('office', schema=None) as batch_op:
        batch_op.drop_constraint(NAME, type_='unique')
        batch_op.create_unique_constraint(NAME, ['administration', 'territory'])
        batch_op.drop_column('services')
        batch_op.drop_column('branch')


def _office() -> sa.TableClause:
    names = sa.column('territory', sa.String()), sa.column('branch', sa.String()), sa.column('services', sa.JSON())
    return sa.table('office', sa.column('id', sa.Uuid()), *names)
