"""the house"""

import sqlalchemy as sa
from alembic import op


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('exchange',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('about', sa.Uuid(), nullable=False),
    sa.Column('partner', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.Column('theirs', sa.String(length=80), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('subject_id', sa.Uuid(), nullable=True),
    sa.Column('mandate_id', sa.Uuid(), nullable=True),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exchange'))
    )
    with op.batch_alter_table('exchange', schema=None) as batch_op:
        batch_op.create_index('ix_exchange_about', ['about', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_exchange_subject_id'), ['subject_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_exchange_theirs'), ['theirs'], unique=False)

    op.create_table('office',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('administration', sa.String(length=40), nullable=False),
    sa.Column('territory', sa.String(length=40), nullable=False),
    sa.Column('names', sa.JSON(), nullable=False),
    sa.Column('connector', sa.String(length=40), nullable=False),
    sa.Column('account', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_office')),
    sa.UniqueConstraint('administration', 'territory', name=op.f('uq_office_administration'))
    )
    op.create_table('publication',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('subject_id', sa.Uuid(), nullable=True),
    sa.Column('mandate_id', sa.Uuid(), nullable=True),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_publication'))
    )
    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_publication_subject_id'), ['subject_id'], unique=False)

    op.create_table('case',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=11), nullable=False),
    sa.Column('service', sa.String(length=80), nullable=False),
    sa.Column('service_version', sa.Integer(), nullable=False),
    sa.Column('publication', sa.Integer(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('data_key', sa.String(length=400), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('turn', sa.String(length=16), nullable=False),
    sa.Column('steps', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('office_id', sa.Uuid(), nullable=True),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_day', sa.Date(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('theirs', sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(['office_id'], ['office.id'], name=op.f('fk_case_office_id_office')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case')),
    sa.UniqueConstraint('reference', name=op.f('uq_case_reference'))
    )
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.create_index('ix_case_office_queue', ['office_id', 'state', 'last_day', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_service'), ['service'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_subject_id'), ['subject_id'], unique=False)

    op.create_table('definition_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('publication', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['publication'], ['publication.number'], name=op.f('fk_definition_version_publication_publication')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_definition_version')),
    sa.UniqueConstraint('kind', 'key', 'number', name=op.f('uq_definition_version_kind'))
    )
    with op.batch_alter_table('definition_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_definition_version_publication'), ['publication'], unique=False)

    op.create_table('case_action',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('verb', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('subject_id', sa.Uuid(), nullable=True),
    sa.Column('mandate_id', sa.Uuid(), nullable=True),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_action_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_action')),
    sa.UniqueConstraint('case_id', 'step', name=op.f('uq_case_action_case_id')),
    sa.UniqueConstraint('key', name=op.f('uq_case_action_key'))
    )
    with op.batch_alter_table('case_action', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_action_subject_id'), ['subject_id'], unique=False)

    op.create_table('case_content',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_content_case_id_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_content')),
    sa.UniqueConstraint('case_id', 'kind', name=op.f('uq_case_content_case_id'))
    )
    op.create_table('debt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('owed_for', sa.Uuid(), nullable=False),
    sa.Column('about', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('minor', sa.BigInteger(), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('steps', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_debt')),
    sa.UniqueConstraint('owed_for', name=op.f('uq_debt_owed_for'))
    )
    with op.batch_alter_table('debt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_debt_subject_id'), ['subject_id'], unique=False)

    op.create_table('ledger_account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_account')),
    sa.UniqueConstraint('code', name=op.f('uq_ledger_account_code'))
    )
    op.create_table('ledger_transaction',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('reference', sa.Uuid(), nullable=False),
    sa.Column('booked_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_transaction')),
    sa.UniqueConstraint('kind', 'reference', name=op.f('uq_ledger_transaction_kind'))
    )
    with op.batch_alter_table('ledger_transaction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_transaction_reference'), ['reference'], unique=False)

    op.create_table('payment_attempt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('provider', sa.String(length=40), nullable=False),
    sa.Column('provider_reference', sa.String(length=255), nullable=True),
    sa.Column('url', sa.String(length=4000), nullable=True),
    sa.Column('charge', sa.String(length=255), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('minor', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('steps', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('heard_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_attempt')),
    sa.UniqueConstraint('provider', 'provider_reference', name=op.f('uq_payment_attempt_provider'))
    )
    with op.batch_alter_table('payment_attempt', schema=None) as batch_op:
        batch_op.create_index('ix_payment_attempt_heard', ['answered', 'heard_at'], unique=False)

    op.create_table('provider_news',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('provider', sa.String(length=40), nullable=False),
    sa.Column('event', sa.String(length=255), nullable=False),
    sa.Column('kind', sa.String(length=80), nullable=False),
    sa.Column('reference', sa.String(length=255), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_news')),
    sa.UniqueConstraint('provider', 'event', name=op.f('uq_provider_news_provider'))
    )
    op.create_table('debt_action',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('debt_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('verb', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('acted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('subject_id', sa.Uuid(), nullable=True),
    sa.Column('mandate_id', sa.Uuid(), nullable=True),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['debt_id'], ['debt.id'], name=op.f('fk_debt_action_debt_id_debt')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_debt_action')),
    sa.UniqueConstraint('debt_id', 'number', name=op.f('uq_debt_action_debt_id'))
    )
    with op.batch_alter_table('debt_action', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_debt_action_subject_id'), ['subject_id'], unique=False)

    op.create_table('ledger_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('transaction_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['ledger_account.id'], name=op.f('fk_ledger_entry_account_id_ledger_account')),
    sa.ForeignKeyConstraint(['transaction_id'], ['ledger_transaction.id'], name=op.f('fk_ledger_entry_transaction_id_ledger_transaction')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entry'))
    )
    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_entry_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ledger_entry_transaction_id'), ['transaction_id'], unique=False)

    op.create_table('payment_attempt_action',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('attempt_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('verb', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('acted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('subject_id', sa.Uuid(), nullable=True),
    sa.Column('mandate_id', sa.Uuid(), nullable=True),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempt.id'], name=op.f('fk_payment_attempt_action_attempt_id_payment_attempt')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_attempt_action')),
    sa.UniqueConstraint('attempt_id', 'number', name=op.f('uq_payment_attempt_action_attempt_id'))
    )
    with op.batch_alter_table('payment_attempt_action', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payment_attempt_action_subject_id'), ['subject_id'], unique=False)

    op.create_table('payment_attempt_debt',
    sa.Column('attempt_id', sa.Uuid(), nullable=False),
    sa.Column('debt_id', sa.Uuid(), nullable=False),
    sa.Column('live', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempt.id'], name=op.f('fk_payment_attempt_debt_attempt_id_payment_attempt')),
    sa.ForeignKeyConstraint(['debt_id'], ['debt.id'], name=op.f('fk_payment_attempt_debt_debt_id_debt')),
    sa.PrimaryKeyConstraint('attempt_id', 'debt_id', name=op.f('pk_payment_attempt_debt'))
    )
    with op.batch_alter_table('payment_attempt_debt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payment_attempt_debt_debt_id'), ['debt_id'], unique=False)
        batch_op.create_index('uq_payment_attempt_debt_live', ['debt_id'], unique=True, sqlite_where=sa.text('live'), postgresql_where=sa.text('live'))

    op.create_table('payment_receipt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('debt_id', sa.Uuid(), nullable=False),
    sa.Column('attempt_id', sa.Uuid(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempt.id'], name=op.f('fk_payment_receipt_attempt_id_payment_attempt')),
    sa.ForeignKeyConstraint(['debt_id'], ['debt.id'], name=op.f('fk_payment_receipt_debt_id_debt')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_receipt')),
    sa.UniqueConstraint('debt_id', name=op.f('uq_payment_receipt_debt_id')),
    sa.UniqueConstraint('number', name=op.f('uq_payment_receipt_number'))
    )
    with op.batch_alter_table('payment_receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payment_receipt_attempt_id'), ['attempt_id'], unique=False)

    op.create_table('payment_refund',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('attempt_id', sa.Uuid(), nullable=False),
    sa.Column('debt_id', sa.Uuid(), nullable=True),
    sa.Column('reason', sa.String(length=16), nullable=False),
    sa.Column('held', sa.String(length=80), nullable=False),
    sa.Column('minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('provider_reference', sa.String(length=255), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempt.id'], name=op.f('fk_payment_refund_attempt_id_payment_attempt')),
    sa.ForeignKeyConstraint(['debt_id'], ['debt.id'], name=op.f('fk_payment_refund_debt_id_debt')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_refund')),
    sa.UniqueConstraint('debt_id', name=op.f('uq_payment_refund_debt_id'))
    )
    with op.batch_alter_table('payment_refund', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payment_refund_attempt_id'), ['attempt_id'], unique=False)
        batch_op.create_index('ix_payment_refund_waiting', ['done_at', 'due_at'], unique=False)

    op.create_table('payment_transfer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('attempt_id', sa.Uuid(), nullable=False),
    sa.Column('debt_id', sa.Uuid(), nullable=False),
    sa.Column('beneficiary', sa.String(length=80), nullable=False),
    sa.Column('minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['payment_attempt.id'], name=op.f('fk_payment_transfer_attempt_id_payment_attempt')),
    sa.ForeignKeyConstraint(['debt_id'], ['debt.id'], name=op.f('fk_payment_transfer_debt_id_debt')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_transfer')),
    sa.UniqueConstraint('attempt_id', 'debt_id', 'beneficiary', name=op.f('uq_payment_transfer_attempt_id'))
    )
    with op.batch_alter_table('payment_transfer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_payment_transfer_debt_id'), ['debt_id'], unique=False)

    op.create_table('agent',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('issuer', sa.String(length=40), nullable=False),
    sa.Column('sub', sa.String(length=255), nullable=False),
    sa.Column('office_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agent')),
    sa.UniqueConstraint('issuer', 'sub', name=op.f('uq_agent_issuer'))
    )
    op.create_table('alert',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('about', sa.String(length=40), nullable=False),
    sa.Column('service', sa.String(length=80), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
    sa.UniqueConstraint('kind', 'about', 'person_id', name=op.f('uq_alert_kind'))
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index('ix_alert_inbox', ['person_id', 'at', 'id'], unique=False)

    op.create_table('document',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=11), nullable=False),
    sa.Column('service', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('names', sa.JSON(), nullable=False),
    sa.Column('issuer', sa.JSON(), nullable=False),
    sa.Column('data_key', sa.String(length=400), nullable=False),
    sa.Column('object_key', sa.String(length=200), nullable=True),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=True),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('case_id', 'kind', name=op.f('uq_document_case_id'))
    )
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.create_index('ix_document_mine', ['owner_id', 'made_at', 'id'], unique=False)

    op.create_table('person',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('issuer', sa.String(length=40), nullable=False),
    sa.Column('sub', sa.String(length=255), nullable=False),
    sa.Column('name_ar', sa.String(length=160), nullable=False),
    sa.Column('name_lat', sa.String(length=160), nullable=False),
    sa.Column('language', sa.String(length=3), nullable=False),
    sa.Column('data_key', sa.String(length=400), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('issuer', 'sub', name=op.f('uq_person_issuer'))
    )
    op.create_table('task',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('lease', sa.Uuid(), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stuck', sa.Boolean(), nullable=False),
    sa.Column('problem', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task')),
    sa.UniqueConstraint('key', name=op.f('uq_task_key'))
    )
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.create_index('ix_task_due', ['done_at', 'stuck', 'due_at'], unique=False)

    op.create_table('delivery',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('alert_id', sa.Uuid(), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_delivery_alert_id_alert')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('alert_id', 'channel', name=op.f('uq_delivery_alert_id'))
    )
    op.create_table('sign_in',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('acr', sa.String(length=20), nullable=False),
    sa.Column('id_token', sa.LargeBinary(), nullable=False),
    sa.Column('signed_in_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sign_in_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in')),
    sa.UniqueConstraint('token', name=op.f('uq_sign_in_token'))
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_person_id'), ['person_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_person_id'))

    op.drop_table('sign_in')
    op.drop_table('delivery')
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.drop_index('ix_task_due')

    op.drop_table('task')
    op.drop_table('person')
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index('ix_document_mine')

    op.drop_table('document')
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_index('ix_alert_inbox')

    op.drop_table('alert')
    op.drop_table('agent')
    with op.batch_alter_table('payment_transfer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payment_transfer_debt_id'))

    op.drop_table('payment_transfer')
    with op.batch_alter_table('payment_refund', schema=None) as batch_op:
        batch_op.drop_index('ix_payment_refund_waiting')
        batch_op.drop_index(batch_op.f('ix_payment_refund_attempt_id'))

    op.drop_table('payment_refund')
    with op.batch_alter_table('payment_receipt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payment_receipt_attempt_id'))

    op.drop_table('payment_receipt')
    with op.batch_alter_table('payment_attempt_debt', schema=None) as batch_op:
        batch_op.drop_index('uq_payment_attempt_debt_live', sqlite_where=sa.text('live'), postgresql_where=sa.text('live'))
        batch_op.drop_index(batch_op.f('ix_payment_attempt_debt_debt_id'))

    op.drop_table('payment_attempt_debt')
    with op.batch_alter_table('payment_attempt_action', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_payment_attempt_action_subject_id'))

    op.drop_table('payment_attempt_action')
    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ledger_entry_transaction_id'))
        batch_op.drop_index(batch_op.f('ix_ledger_entry_account_id'))

    op.drop_table('ledger_entry')
    with op.batch_alter_table('debt_action', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_debt_action_subject_id'))

    op.drop_table('debt_action')
    op.drop_table('provider_news')
    with op.batch_alter_table('payment_attempt', schema=None) as batch_op:
        batch_op.drop_index('ix_payment_attempt_heard')

    op.drop_table('payment_attempt')
    with op.batch_alter_table('ledger_transaction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ledger_transaction_reference'))

    op.drop_table('ledger_transaction')
    op.drop_table('ledger_account')
    with op.batch_alter_table('debt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_debt_subject_id'))

    op.drop_table('debt')
    op.drop_table('case_content')
    with op.batch_alter_table('case_action', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_action_subject_id'))

    op.drop_table('case_action')
    with op.batch_alter_table('definition_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_definition_version_publication'))

    op.drop_table('definition_version')
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_subject_id'))
        batch_op.drop_index(batch_op.f('ix_case_service'))
        batch_op.drop_index('ix_case_office_queue')

    op.drop_table('case')
    with op.batch_alter_table('publication', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_publication_subject_id'))

    op.drop_table('publication')
    op.drop_table('office')
    with op.batch_alter_table('exchange', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_exchange_theirs'))
        batch_op.drop_index(batch_op.f('ix_exchange_subject_id'))
        batch_op.drop_index('ix_exchange_about')

    op.drop_table('exchange')
