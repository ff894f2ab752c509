"""The tables of the marketplace."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('files',
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Enum('step', 'stl', name='filekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f('ck_files_sha256_form')),
    sa.CheckConstraint('size_bytes > 0', name=op.f('ck_files_size_some')),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_files'))
    )
    op.create_table('idempotency_keys',
    sa.Column('caller_id', sa.Uuid(), nullable=False),
    sa.Column('operation', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(key) between 1 and 255', name=op.f('ck_idempotency_keys_key_length')),
    sa.PrimaryKeyConstraint('caller_id', 'operation', 'key', name=op.f('pk_idempotency_keys'))
    )
    op.create_index(op.f('ix_idempotency_keys_created_at'), 'idempotency_keys', ['created_at'], unique=False)
    op.create_table('journals',
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journals')),
    sa.UniqueConstraint('reference', name=op.f('uq_journals_reference'))
    )
    op.create_index(op.f('ix_journals_order_id'), 'journals', ['order_id'], unique=False)
    op.create_table('organisations',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Enum('company', 'individual', name='organisationkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('hats', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f('ck_organisations_country_form')),
    sa.CheckConstraint("hats <@ array['customer', 'factory', 'designer', 'supplier']::text[] and cardinality(hats) > 0", name=op.f('ck_organisations_hats_known')),
    sa.CheckConstraint('length(name) between 1 and 200', name=op.f('ck_organisations_name_length')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisations'))
    )
    op.create_table('provider_events',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('api_version', sa.Text(), nullable=False),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('state', sa.Enum('received', 'handled', 'quarantined', name='eventstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_events'))
    )
    op.create_index(op.f('ix_provider_events_received_at'), 'provider_events', ['received_at'], unique=False, postgresql_where="state = 'received'")
    op.create_table('state_moves',
    sa.Column('subject_kind', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('from_state', sa.Text(), nullable=False),
    sa.Column('to_state', sa.Text(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('organisation_id', sa.Uuid(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_state_moves'))
    )
    op.create_index(op.f('ix_state_moves_subject_id'), 'state_moves', ['subject_id'], unique=False)
    op.create_table('throttles',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_throttles')),
    prefixes=['UNLOGGED']
    )
    op.create_index(op.f('ix_throttles_next_at'), 'throttles', ['next_at'], unique=False)
    op.create_table('users',
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('is_staff', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("email = lower(email) and position('@' in email) > 1", name=op.f('ck_users_email_form')),
    sa.CheckConstraint('length(email) between 1 and 254', name=op.f('ck_users_email_length')),
    sa.CheckConstraint('length(name) between 1 and 200', name=op.f('ck_users_name_length')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('email', name=op.f('uq_users_email'))
    )
    op.create_table('api_tokens',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('prefix', sa.Text(), nullable=False),
    sa.Column('secret_hash', sa.Text(), nullable=False),
    sa.Column('scopes', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(name) between 1 and 100', name=op.f('ck_api_tokens_name_length')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_api_tokens_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_api_tokens_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_tokens')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_api_tokens_secret_hash'))
    )
    op.create_index(op.f('ix_api_tokens_organisation_id'), 'api_tokens', ['organisation_id'], unique=False)
    op.create_table('audit_events',
    sa.Column('verb', sa.Text(), nullable=False),
    sa.Column('subject_kind', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('organisation_id', sa.Uuid(), nullable=True),
    sa.Column('credential', sa.Enum('session', 'token', 'system', name='credential', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('credential_id', sa.Uuid(), nullable=True),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_audit_events_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_audit_events_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_events'))
    )
    op.create_index(op.f('ix_audit_events_organisation_id'), 'audit_events', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_audit_events_subject_id'), 'audit_events', ['subject_id'], unique=False)
    op.create_table('cases',
    sa.Column('kind', sa.Enum('submission', 'report', 'appeal', name='casekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('subject_kind', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('opened_by', sa.Uuid(), nullable=True),
    sa.Column('grounds', sa.Text(), nullable=False),
    sa.Column('appeals_decision_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.Enum('open', 'decided', 'closed', name='casestate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'appeal') = (appeals_decision_id is not null)", name=op.f('ck_cases_appeal_names_decision')),
    sa.CheckConstraint('length(grounds) between 0 and 4000', name=op.f('ck_cases_grounds_length')),
    sa.ForeignKeyConstraint(['opened_by'], ['users.id'], name=op.f('fk_cases_opened_by_users')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_cases_organisation_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases'))
    )
    op.create_index(op.f('ix_cases_organisation_id'), 'cases', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_cases_subject_id'), 'cases', ['subject_id'], unique=False)
    op.create_index('uq_cases_one_appeal', 'cases', ['appeals_decision_id'], unique=True)
    op.create_index('uq_cases_one_open', 'cases', ['subject_id'], unique=True, postgresql_where="state = 'open'")
    op.create_table('file_measurements',
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('engine', sa.Text(), nullable=False),
    sa.Column('outcome', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('measured_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['sha256'], ['files.sha256'], name=op.f('fk_file_measurements_sha256_files')),
    sa.PrimaryKeyConstraint('sha256', 'engine', name=op.f('pk_file_measurements'))
    )
    op.create_table('invitations',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('role', sa.Enum('owner', 'manager', 'operator', 'viewer', name='role', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('code_hash', sa.Text(), nullable=False),
    sa.Column('invited_by', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['invited_by'], ['users.id'], name=op.f('fk_invitations_invited_by_users')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_invitations_organisation_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_invitations_code_hash'))
    )
    op.create_index(op.f('ix_invitations_organisation_id'), 'invitations', ['organisation_id'], unique=False)
    op.create_table('ledger_accounts',
    sa.Column('kind', sa.Enum('stripe', 'stripe_fees', 'held', 'payable', 'platform_fee', 'refund_clearing', name='accountkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=True),
    sa.Column('party_id', sa.Uuid(), nullable=True),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['party_id'], ['organisations.id'], name=op.f('fk_ledger_accounts_party_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_accounts')),
    sa.UniqueConstraint('kind', 'order_id', 'party_id', 'currency', name=op.f('uq_ledger_accounts_kind_order_id_party_id_currency'), postgresql_nulls_not_distinct=True)
    )
    op.create_index(op.f('ix_ledger_accounts_order_id'), 'ledger_accounts', ['order_id'], unique=False)
    op.create_table('log_ins',
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('secret_hash', sa.Text(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('user_agent', sa.Text(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_log_ins_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_log_ins')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_log_ins_secret_hash'))
    )
    op.create_index(op.f('ix_log_ins_user_id'), 'log_ins', ['user_id'], unique=False)
    op.create_table('members',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.Enum('owner', 'manager', 'operator', 'viewer', name='role', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_members_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_members_user_id_users')),
    sa.PrimaryKeyConstraint('organisation_id', 'user_id', name=op.f('pk_members'))
    )
    op.create_index(op.f('ix_members_user_id'), 'members', ['user_id'], unique=False)
    op.create_table('parts',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(name) between 1 and 200', name=op.f('ck_parts_name_length')),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk_parts_created_by_users')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_parts_organisation_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parts'))
    )
    op.create_index(op.f('ix_parts_organisation_id'), 'parts', ['organisation_id'], unique=False)
    op.create_table('payout_accounts',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('idempotency_key', sa.Uuid(), nullable=False),
    sa.Column('provider_id', sa.Text(), nullable=True),
    sa.Column('may_receive', sa.Boolean(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_payout_accounts_organisation_id_organisations')),
    sa.PrimaryKeyConstraint('organisation_id', name=op.f('pk_payout_accounts')),
    sa.UniqueConstraint('idempotency_key', name=op.f('uq_payout_accounts_idempotency_key')),
    sa.UniqueConstraint('provider_id', name=op.f('uq_payout_accounts_provider_id'))
    )
    op.create_table('work_centres',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('process', sa.Text(), nullable=False),
    sa.Column('machines', sa.BigInteger(), nullable=False),
    sa.Column('envelope_mm', sa.ARRAY(sa.Integer()), nullable=False),
    sa.Column('materials', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('time_zone', sa.Text(), nullable=False),
    sa.Column('handling_days', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('cardinality(materials) > 0', name=op.f('ck_work_centres_materials_some')),
    sa.CheckConstraint('handling_days between 0 and 30', name=op.f('ck_work_centres_handling_days_sane')),
    sa.CheckConstraint('length(name) between 1 and 120', name=op.f('ck_work_centres_name_length')),
    sa.CheckConstraint('machines between 1 and 1000', name=op.f('ck_work_centres_machines_sane')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_work_centres_organisation_id_organisations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_centres')),
    sa.UniqueConstraint('organisation_id', 'name', name=op.f('uq_work_centres_organisation_id_name'))
    )
    op.create_index(op.f('ix_work_centres_organisation_id'), 'work_centres', ['organisation_id'], unique=False)
    op.create_table('capacity_days',
    sa.Column('work_centre_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('open_min', sa.BigInteger(), nullable=False),
    sa.Column('held_min', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('held_min >= 0 and held_min <= open_min', name=op.f('ck_capacity_days_never_oversold')),
    sa.ForeignKeyConstraint(['work_centre_id'], ['work_centres.id'], name=op.f('fk_capacity_days_work_centre_id_work_centres')),
    sa.PrimaryKeyConstraint('work_centre_id', 'day', name=op.f('pk_capacity_days'))
    )
    op.create_table('decisions',
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('outcome', sa.Enum('approve', 'reject', 'suspend', name='outcome', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('appeal_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(reason) between 10 and 4000', name=op.f('ck_decisions_reason_length')),
    sa.CheckConstraint('length(statement) between 10 and 8000', name=op.f('ck_decisions_statement_length')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_decisions_case_id_cases')),
    sa.ForeignKeyConstraint(['decided_by'], ['users.id'], name=op.f('fk_decisions_decided_by_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decisions')),
    sa.UniqueConstraint('case_id', name=op.f('uq_decisions_case_id'))
    )
    op.create_foreign_key(op.f('fk_cases_appeals_decision_id_decisions'), 'cases', 'decisions', ['appeals_decision_id'], ['id'])
    op.create_table('holds',
    sa.Column('work_centre_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('tentative', 'firm', 'used', 'released', name='holdstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('minutes', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('minutes > 0', name=op.f('ck_holds_minutes_some')),
    sa.ForeignKeyConstraint(['work_centre_id'], ['work_centres.id'], name=op.f('fk_holds_work_centre_id_work_centres')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holds'))
    )
    op.create_index(op.f('ix_holds_work_centre_id'), 'holds', ['work_centre_id'], unique=False)
    op.create_table('listings',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('work_centre_id', sa.Uuid(), nullable=False),
    sa.Column('process', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('terms', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'live', 'rejected', 'suspended', 'withdrawn', name='listingstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('length(terms) between 0 and 4000', name=op.f('ck_listings_terms_length')),
    sa.CheckConstraint('length(title) between 1 and 120', name=op.f('ck_listings_title_length')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_listings_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['work_centre_id'], ['work_centres.id'], name=op.f('fk_listings_work_centre_id_work_centres')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listings')),
    sa.UniqueConstraint('work_centre_id', name=op.f('uq_listings_work_centre_id'))
    )
    op.create_index(op.f('ix_listings_organisation_id'), 'listings', ['organisation_id'], unique=False)
    op.create_index(op.f('ix_listings_process_state'), 'listings', ['process', 'state'], unique=False)
    op.create_table('postings',
    sa.Column('journal_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount_minor <> 0', name=op.f('ck_postings_amount_some')),
    sa.ForeignKeyConstraint(['account_id'], ['ledger_accounts.id'], name=op.f('fk_postings_account_id_ledger_accounts')),
    sa.ForeignKeyConstraint(['journal_id'], ['journals.id'], name=op.f('fk_postings_journal_id_journals')),
    sa.PrimaryKeyConstraint('journal_id', 'number', name=op.f('pk_postings'))
    )
    op.create_index(op.f('ix_postings_account_id'), 'postings', ['account_id'], unique=False)
    op.create_table('rate_cards',
    sa.Column('work_centre_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('machine_rate_minor_per_h', sa.BigInteger(), nullable=False),
    sa.Column('labour_rate_minor_per_h', sa.BigInteger(), nullable=False),
    sa.Column('material_minor_per_kg', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('minimum_order_minor', sa.BigInteger(), nullable=False),
    sa.Column('margin_bps', sa.BigInteger(), nullable=False),
    sa.Column('effective_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('set_by', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f('ck_rate_cards_currency_form')),
    sa.CheckConstraint('labour_rate_minor_per_h between 0 and 1000000000', name=op.f('ck_rate_cards_labour_rate_sane')),
    sa.CheckConstraint('machine_rate_minor_per_h between 0 and 1000000000', name=op.f('ck_rate_cards_machine_rate_sane')),
    sa.CheckConstraint('margin_bps between 0 and 9000', name=op.f('ck_rate_cards_margin_sane')),
    sa.CheckConstraint('minimum_order_minor between 0 and 1000000000000', name=op.f('ck_rate_cards_minimum_order_sane')),
    sa.ForeignKeyConstraint(['set_by'], ['users.id'], name=op.f('fk_rate_cards_set_by_users')),
    sa.ForeignKeyConstraint(['work_centre_id'], ['work_centres.id'], name=op.f('fk_rate_cards_work_centre_id_work_centres')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rate_cards')),
    sa.UniqueConstraint('work_centre_id', 'number', name=op.f('uq_rate_cards_work_centre_id_number'))
    )
    op.create_index(op.f('ix_rate_cards_work_centre_id_effective_at'), 'rate_cards', ['work_centre_id', 'effective_at'], unique=False)
    op.create_table('revisions',
    sa.Column('part_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('measuring', 'measured', 'refused', name='revisionstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('units', sa.Enum('mm', 'cm', 'm', 'inch', name='units', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('measurement', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('refusal', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(state = 'measured') = (measurement is not null)", name=op.f('ck_revisions_measured_has_measurement')),
    sa.CheckConstraint("(state = 'refused') = (refusal is not null)", name=op.f('ck_revisions_refused_has_reason')),
    sa.CheckConstraint("units is null or state = 'measured'", name=op.f('ck_revisions_units_after_measurement')),
    sa.CheckConstraint('length(file_name) between 1 and 255', name=op.f('ck_revisions_file_name_length')),
    sa.ForeignKeyConstraint(['part_id'], ['parts.id'], name=op.f('fk_revisions_part_id_parts')),
    sa.ForeignKeyConstraint(['sha256'], ['files.sha256'], name=op.f('fk_revisions_sha256_files')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revisions')),
    sa.UniqueConstraint('part_id', 'number', name=op.f('uq_revisions_part_id_number'))
    )
    op.create_index(op.f('ix_revisions_sha256'), 'revisions', ['sha256'], unique=False)
    op.create_table('shifts',
    sa.Column('work_centre_id', sa.Uuid(), nullable=False),
    sa.Column('weekday', sa.BigInteger(), nullable=False),
    sa.Column('starts', sa.Time(), nullable=False),
    sa.Column('ends', sa.Time(), nullable=False),
    sa.CheckConstraint("ends > starts or ends = '00:00'", name=op.f('ck_shifts_ends_after_start')),
    sa.CheckConstraint('weekday between 0 and 6', name=op.f('ck_shifts_weekday_known')),
    sa.ForeignKeyConstraint(['work_centre_id'], ['work_centres.id'], name=op.f('fk_shifts_work_centre_id_work_centres'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('work_centre_id', 'weekday', 'starts', name=op.f('pk_shifts'))
    )
    op.create_table('file_accesses',
    sa.Column('revision_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('organisation_id', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_file_accesses_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['revision_id'], ['revisions.id'], name=op.f('fk_file_accesses_revision_id_revisions')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_file_accesses_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file_accesses'))
    )
    op.create_index(op.f('ix_file_accesses_revision_id'), 'file_accesses', ['revision_id'], unique=False)
    op.create_table('hold_lines',
    sa.Column('hold_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('work_centre_id', sa.Uuid(), nullable=False),
    sa.Column('minutes', sa.BigInteger(), nullable=False),
    sa.Column('given_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('minutes > 0', name=op.f('ck_hold_lines_minutes_some')),
    sa.ForeignKeyConstraint(['hold_id'], ['holds.id'], name=op.f('fk_hold_lines_hold_id_holds')),
    sa.ForeignKeyConstraint(['work_centre_id', 'day'], ['capacity_days.work_centre_id', 'capacity_days.day'], name=op.f('fk_hold_lines_work_centre_id_day_capacity_days')),
    sa.PrimaryKeyConstraint('hold_id', 'day', name=op.f('pk_hold_lines'))
    )
    op.create_index(op.f('ix_hold_lines_work_centre_id_day'), 'hold_lines', ['work_centre_id', 'day'], unique=False)
    op.create_table('quotes',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('revision_id', sa.Uuid(), nullable=False),
    sa.Column('requested_by', sa.Uuid(), nullable=False),
    sa.Column('process', sa.Text(), nullable=False),
    sa.Column('material', sa.Text(), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('rank_by', sa.Enum('price', 'date', name='rankby', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('supersedes_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.Enum('open', 'taken', 'superseded', name='quotestate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('eligible', sa.BigInteger(), nullable=False),
    sa.Column('findings', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('explanation', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f('ck_quotes_currency_form')),
    sa.CheckConstraint('quantity between 1 and 1000000', name=op.f('ck_quotes_quantity_sane')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_quotes_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['requested_by'], ['users.id'], name=op.f('fk_quotes_requested_by_users')),
    sa.ForeignKeyConstraint(['revision_id'], ['revisions.id'], name=op.f('fk_quotes_revision_id_revisions')),
    sa.ForeignKeyConstraint(['supersedes_id'], ['quotes.id'], name=op.f('fk_quotes_supersedes_id_quotes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quotes')),
    sa.UniqueConstraint('supersedes_id', name=op.f('uq_quotes_supersedes_id'))
    )
    op.create_index(op.f('ix_quotes_organisation_id_id'), 'quotes', ['organisation_id', 'id'], unique=False)
    op.create_index(op.f('ix_quotes_revision_id'), 'quotes', ['revision_id'], unique=False)
    op.create_table('offers',
    sa.Column('quote_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('listing_id', sa.Uuid(), nullable=False),
    sa.Column('work_centre_id', sa.Uuid(), nullable=False),
    sa.Column('factory_id', sa.Uuid(), nullable=False),
    sa.Column('rate_card_id', sa.Uuid(), nullable=False),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.Column('factory_minor', sa.BigInteger(), nullable=False),
    sa.Column('fee_minor', sa.BigInteger(), nullable=False),
    sa.Column('machine_min', sa.BigInteger(), nullable=False),
    sa.Column('finish_by', sa.Date(), nullable=False),
    sa.Column('ships_on', sa.Date(), nullable=False),
    sa.Column('figures', postgresql.ARRAY(sa.BigInteger()), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('machine_min > 0', name=op.f('ck_offers_minutes_some')),
    sa.CheckConstraint('ships_on >= finish_by', name=op.f('ck_offers_ships_after_finish')),
    sa.CheckConstraint('total_minor > 0 and total_minor = factory_minor + fee_minor', name=op.f('ck_offers_parts_add_up')),
    sa.ForeignKeyConstraint(['factory_id'], ['organisations.id'], name=op.f('fk_offers_factory_id_organisations')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_offers_listing_id_listings')),
    sa.ForeignKeyConstraint(['quote_id'], ['quotes.id'], name=op.f('fk_offers_quote_id_quotes')),
    sa.ForeignKeyConstraint(['rate_card_id'], ['rate_cards.id'], name=op.f('fk_offers_rate_card_id_rate_cards')),
    sa.ForeignKeyConstraint(['work_centre_id'], ['work_centres.id'], name=op.f('fk_offers_work_centre_id_work_centres')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offers')),
    sa.UniqueConstraint('quote_id', 'position', name=op.f('uq_offers_quote_id_position'))
    )
    op.create_index(op.f('ix_offers_listing_id'), 'offers', ['listing_id'], unique=False)
    op.create_table('orders',
    sa.Column('number', sa.BigInteger(), sa.Identity(always=False, start=1001), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('placed_by', sa.Uuid(), nullable=False),
    sa.Column('quote_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('awaiting_payment', 'paid', 'in_production', 'shipped', 'accepted', 'cancelled', name='orderstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.Column('pay_by', sa.DateTime(timezone=True), nullable=False),
    sa.Column('purchase_order_number', sa.Text(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(purchase_order_number) between 0 and 60', name=op.f('ck_orders_purchase_order_number_length')),
    sa.CheckConstraint('total_minor > 0', name=op.f('ck_orders_total_some')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_orders_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['placed_by'], ['users.id'], name=op.f('fk_orders_placed_by_users')),
    sa.ForeignKeyConstraint(['quote_id'], ['quotes.id'], name=op.f('fk_orders_quote_id_quotes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders')),
    sa.UniqueConstraint('number', name=op.f('uq_orders_number')),
    sa.UniqueConstraint('quote_id', name=op.f('uq_orders_quote_id'))
    )
    op.create_index(op.f('ix_orders_organisation_id_id'), 'orders', ['organisation_id', 'id'], unique=False)
    op.create_index(op.f('ix_orders_pay_by'), 'orders', ['pay_by'], unique=False, postgresql_where="state = 'awaiting_payment'")
    op.create_table('jobs',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('line_number', sa.BigInteger(), nullable=False),
    sa.Column('factory_id', sa.Uuid(), nullable=False),
    sa.Column('work_centre_id', sa.Uuid(), nullable=False),
    sa.Column('hold_id', sa.Uuid(), nullable=False),
    sa.Column('revision_id', sa.Uuid(), nullable=False),
    sa.Column('process', sa.Text(), nullable=False),
    sa.Column('material', sa.Text(), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('price_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'offered', 'accepted', 'in_production', 'shipped', 'done', 'declined', 'cancelled', name='jobstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('ships_on', sa.Date(), nullable=False),
    sa.Column('answer_by', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('quantity > 0 and price_minor >= 0', name=op.f('ck_jobs_something_made')),
    sa.ForeignKeyConstraint(['factory_id'], ['organisations.id'], name=op.f('fk_jobs_factory_id_organisations')),
    sa.ForeignKeyConstraint(['hold_id'], ['holds.id'], name=op.f('fk_jobs_hold_id_holds')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_jobs_order_id_orders')),
    sa.ForeignKeyConstraint(['revision_id'], ['revisions.id'], name=op.f('fk_jobs_revision_id_revisions')),
    sa.ForeignKeyConstraint(['work_centre_id'], ['work_centres.id'], name=op.f('fk_jobs_work_centre_id_work_centres')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs')),
    sa.UniqueConstraint('hold_id', name=op.f('uq_jobs_hold_id')),
    sa.UniqueConstraint('order_id', 'line_number', 'factory_id', name=op.f('uq_jobs_order_id_line_number_factory_id'))
    )
    op.create_index(op.f('ix_jobs_factory_id_id'), 'jobs', ['factory_id', 'id'], unique=False)
    op.create_table('order_lines',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('offer_id', sa.Uuid(), nullable=False),
    sa.Column('revision_id', sa.Uuid(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('quantity > 0 and total_minor > 0', name=op.f('ck_order_lines_something_bought')),
    sa.ForeignKeyConstraint(['offer_id'], ['offers.id'], name=op.f('fk_order_lines_offer_id_offers')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_order_lines_order_id_orders')),
    sa.ForeignKeyConstraint(['revision_id'], ['revisions.id'], name=op.f('fk_order_lines_revision_id_revisions')),
    sa.PrimaryKeyConstraint('order_id', 'number', name=op.f('pk_order_lines')),
    sa.UniqueConstraint('offer_id', name=op.f('uq_order_lines_offer_id'))
    )
    op.create_table('order_shares',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Enum('factory', 'platform_fee', name='sharekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('party_id', sa.Uuid(), nullable=True),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("(kind = 'platform_fee') = (party_id is null)", name=op.f('ck_order_shares_platform_is_nobody')),
    sa.CheckConstraint('amount_minor >= 0', name=op.f('ck_order_shares_amount_not_negative')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_order_shares_order_id_orders')),
    sa.ForeignKeyConstraint(['party_id'], ['organisations.id'], name=op.f('fk_order_shares_party_id_organisations')),
    sa.PrimaryKeyConstraint('order_id', 'number', name=op.f('pk_order_shares'))
    )
    op.create_table('payments',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('pending', 'captured', 'cancelled', name='paymentstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('idempotency_key', sa.Uuid(), nullable=False),
    sa.Column('intent_id', sa.Text(), nullable=True),
    sa.Column('charge_id', sa.Text(), nullable=True),
    sa.Column('captured_minor', sa.BigInteger(), nullable=False),
    sa.Column('refunded_minor', sa.BigInteger(), nullable=False),
    sa.Column('transferred_minor', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(state = 'captured') = (captured_minor > 0)", name=op.f('ck_payments_captured_has_money')),
    sa.CheckConstraint("state <> 'captured' or charge_id is not null", name=op.f('ck_payments_captured_has_charge')),
    sa.CheckConstraint('amount_minor > 0', name=op.f('ck_payments_amount_some')),
    sa.CheckConstraint('captured_minor between 0 and amount_minor', name=op.f('ck_payments_captured_within_amount')),
    sa.CheckConstraint('refunded_minor >= 0 and transferred_minor >= 0 and refunded_minor + transferred_minor <= captured_minor', name=op.f('ck_payments_out_within_captured')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_payments_order_id_orders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payments')),
    sa.UniqueConstraint('charge_id', name=op.f('uq_payments_charge_id')),
    sa.UniqueConstraint('idempotency_key', name=op.f('uq_payments_idempotency_key')),
    sa.UniqueConstraint('intent_id', name=op.f('uq_payments_intent_id')),
    sa.UniqueConstraint('order_id', name=op.f('uq_payments_order_id'))
    )
    op.create_table('production_reports',
    sa.Column('job_id', sa.Uuid(), nullable=False),
    sa.Column('reported_by', sa.Uuid(), nullable=False),
    sa.Column('pieces_done', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(note) between 0 and 2000', name=op.f('ck_production_reports_note_length')),
    sa.CheckConstraint('pieces_done >= 0', name=op.f('ck_production_reports_pieces_not_negative')),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_production_reports_job_id_jobs')),
    sa.ForeignKeyConstraint(['reported_by'], ['users.id'], name=op.f('fk_production_reports_reported_by_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_production_reports'))
    )
    op.create_index(op.f('ix_production_reports_job_id'), 'production_reports', ['job_id'], unique=False)
    op.create_table('provider_operations',
    sa.Column('kind', sa.Enum('transfer', 'refund', 'cancel_intent', name='operationkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('payment_id', sa.Uuid(), nullable=False),
    sa.Column('party_id', sa.Uuid(), nullable=True),
    sa.Column('amount_minor', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('idempotency_key', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('ready', 'done', 'failed', name='operationstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('attempts', sa.BigInteger(), nullable=False),
    sa.Column('first_sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('provider_id', sa.Text(), nullable=True),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(state = 'done') = (provider_id is not null)", name=op.f('ck_provider_operations_done_has_evidence')),
    sa.CheckConstraint('amount_minor >= 0', name=op.f('ck_provider_operations_amount_not_negative')),
    sa.ForeignKeyConstraint(['party_id'], ['organisations.id'], name=op.f('fk_provider_operations_party_id_organisations')),
    sa.ForeignKeyConstraint(['payment_id'], ['payments.id'], name=op.f('fk_provider_operations_payment_id_payments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provider_operations')),
    sa.UniqueConstraint('idempotency_key', name=op.f('uq_provider_operations_idempotency_key')),
    sa.UniqueConstraint('provider_id', name=op.f('uq_provider_operations_provider_id')),
    sa.UniqueConstraint('reason', name=op.f('uq_provider_operations_reason'))
    )
    op.create_index(op.f('ix_provider_operations_payment_id'), 'provider_operations', ['payment_id'], unique=False)
    op.create_index(op.f('ix_provider_operations_state'), 'provider_operations', ['state'], unique=False, postgresql_where="state = 'ready'")
    op.create_table('shipments',
    sa.Column('job_id', sa.Uuid(), nullable=False),
    sa.Column('shipped_by', sa.Uuid(), nullable=False),
    sa.Column('carrier', sa.Text(), nullable=False),
    sa.Column('tracking_number', sa.Text(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(carrier) between 1 and 80', name=op.f('ck_shipments_carrier_length')),
    sa.CheckConstraint('length(tracking_number) between 1 and 80', name=op.f('ck_shipments_tracking_number_length')),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_shipments_job_id_jobs')),
    sa.ForeignKeyConstraint(['shipped_by'], ['users.id'], name=op.f('fk_shipments_shipped_by_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shipments')),
    sa.UniqueConstraint('job_id', name=op.f('uq_shipments_job_id'))
    )


def downgrade() -> None:
    op.drop_constraint(op.f('fk_cases_appeals_decision_id_decisions'), 'cases', type_='foreignkey')
    op.drop_table('shipments')
    op.drop_index(op.f('ix_provider_operations_state'), table_name='provider_operations', postgresql_where="state = 'ready'")
    op.drop_index(op.f('ix_provider_operations_payment_id'), table_name='provider_operations')
    op.drop_table('provider_operations')
    op.drop_index(op.f('ix_production_reports_job_id'), table_name='production_reports')
    op.drop_table('production_reports')
    op.drop_table('payments')
    op.drop_table('order_shares')
    op.drop_table('order_lines')
    op.drop_index(op.f('ix_jobs_factory_id_id'), table_name='jobs')
    op.drop_table('jobs')
    op.drop_index(op.f('ix_orders_pay_by'), table_name='orders', postgresql_where="state = 'awaiting_payment'")
    op.drop_index(op.f('ix_orders_organisation_id_id'), table_name='orders')
    op.drop_table('orders')
    op.drop_index(op.f('ix_offers_listing_id'), table_name='offers')
    op.drop_table('offers')
    op.drop_index(op.f('ix_quotes_revision_id'), table_name='quotes')
    op.drop_index(op.f('ix_quotes_organisation_id_id'), table_name='quotes')
    op.drop_table('quotes')
    op.drop_index(op.f('ix_hold_lines_work_centre_id_day'), table_name='hold_lines')
    op.drop_table('hold_lines')
    op.drop_index(op.f('ix_file_accesses_revision_id'), table_name='file_accesses')
    op.drop_table('file_accesses')
    op.drop_table('shifts')
    op.drop_index(op.f('ix_revisions_sha256'), table_name='revisions')
    op.drop_table('revisions')
    op.drop_index(op.f('ix_rate_cards_work_centre_id_effective_at'), table_name='rate_cards')
    op.drop_table('rate_cards')
    op.drop_index(op.f('ix_postings_account_id'), table_name='postings')
    op.drop_table('postings')
    op.drop_index(op.f('ix_listings_process_state'), table_name='listings')
    op.drop_index(op.f('ix_listings_organisation_id'), table_name='listings')
    op.drop_table('listings')
    op.drop_index(op.f('ix_holds_work_centre_id'), table_name='holds')
    op.drop_table('holds')
    op.drop_table('decisions')
    op.drop_table('capacity_days')
    op.drop_index(op.f('ix_work_centres_organisation_id'), table_name='work_centres')
    op.drop_table('work_centres')
    op.drop_table('payout_accounts')
    op.drop_index(op.f('ix_parts_organisation_id'), table_name='parts')
    op.drop_table('parts')
    op.drop_index(op.f('ix_members_user_id'), table_name='members')
    op.drop_table('members')
    op.drop_index(op.f('ix_log_ins_user_id'), table_name='log_ins')
    op.drop_table('log_ins')
    op.drop_index(op.f('ix_ledger_accounts_order_id'), table_name='ledger_accounts')
    op.drop_table('ledger_accounts')
    op.drop_index(op.f('ix_invitations_organisation_id'), table_name='invitations')
    op.drop_table('invitations')
    op.drop_table('file_measurements')
    op.drop_index('uq_cases_one_open', table_name='cases', postgresql_where="state = 'open'")
    op.drop_index('uq_cases_one_appeal', table_name='cases')
    op.drop_index(op.f('ix_cases_subject_id'), table_name='cases')
    op.drop_index(op.f('ix_cases_organisation_id'), table_name='cases')
    op.drop_table('cases')
    op.drop_index(op.f('ix_audit_events_subject_id'), table_name='audit_events')
    op.drop_index(op.f('ix_audit_events_organisation_id'), table_name='audit_events')
    op.drop_table('audit_events')
    op.drop_index(op.f('ix_api_tokens_organisation_id'), table_name='api_tokens')
    op.drop_table('api_tokens')
    op.drop_table('users')
    op.drop_index(op.f('ix_throttles_next_at'), table_name='throttles')
    op.drop_table('throttles')
    op.drop_index(op.f('ix_state_moves_subject_id'), table_name='state_moves')
    op.drop_table('state_moves')
    op.drop_index(op.f('ix_provider_events_received_at'), table_name='provider_events', postgresql_where="state = 'received'")
    op.drop_table('provider_events')
    op.drop_table('organisations')
    op.drop_index(op.f('ix_journals_order_id'), table_name='journals')
    op.drop_table('journals')
    op.drop_index(op.f('ix_idempotency_keys_created_at'), table_name='idempotency_keys')
    op.drop_table('idempotency_keys')
    op.drop_table('files')
