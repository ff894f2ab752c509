"""Requests for quotation: who is invited, what they asked and bid, and when the clock stood; an offer may come from a bid.

Going down, offers that came from bids stay, for orders refer to them: the narrower check holds for rows to come
(`not valid`), as the check that an offer is computed or bid does going up again over such offers. Looks at pictures
stay as accesses.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('rfqs',
    sa.Column('organisation_id', sa.Uuid(), nullable=False),
    sa.Column('revision_id', sa.Uuid(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('processes', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('material', sa.Text(), nullable=False),
    sa.Column('quantities', postgresql.ARRAY(sa.BigInteger()), nullable=False),
    sa.Column('tolerance', sa.Text(), nullable=False),
    sa.Column('inspection', sa.Text(), nullable=False),
    sa.Column('certificates', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('is_controlled', sa.Boolean(), nullable=False),
    sa.Column('finish', sa.Text(), nullable=False),
    sa.Column('notes', sa.Text(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('wanted_on', sa.Date(), nullable=True),
    sa.Column('delivery_country', sa.Text(), nullable=False),
    sa.Column('audience', sa.Enum('chosen', 'eligible', name='audience', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('hides_customer', sa.Boolean(), nullable=False),
    sa.Column('hides_factories', sa.Boolean(), nullable=False),
    sa.Column('nda_text', sa.Text(), nullable=True),
    sa.Column('nda_sha256', sa.Text(), nullable=True),
    sa.Column('opens', sa.Enum('nothing', 'view', 'download', name='opening', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state', sa.Enum('open', 'decided', 'withdrawn', name='rfqstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('invited', sa.BigInteger(), nullable=False),
    sa.Column('quote_id', sa.Uuid(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(state = 'decided') = (quote_id is not null)", name=op.f('ck_rfqs_decided_has_quote')),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f('ck_rfqs_currency_form')),
    sa.CheckConstraint("delivery_country ~ '^[A-Z]{2}$'", name=op.f('ck_rfqs_delivery_country_form')),
    sa.CheckConstraint('(nda_text is null) = (nda_sha256 is null)', name=op.f('ck_rfqs_nda_has_hash')),
    sa.CheckConstraint('1 <= all (quantities) and 1000000 >= all (quantities)', name=op.f('ck_rfqs_quantities_sane')),
    sa.CheckConstraint('cardinality(quantities) between 1 and 5', name=op.f('ck_rfqs_quantities_some')),
    sa.CheckConstraint('length(finish) between 0 and 200', name=op.f('ck_rfqs_finish_length')),
    sa.CheckConstraint('length(nda_text) between 1 and 20000', name=op.f('ck_rfqs_nda_text_length')),
    sa.CheckConstraint('length(notes) between 0 and 4000', name=op.f('ck_rfqs_notes_length')),
    sa.CheckConstraint('length(title) between 1 and 120', name=op.f('ck_rfqs_title_length')),
    sa.ForeignKeyConstraint(['asked_by'], ['users.id'], name=op.f('fk_rfqs_asked_by_users')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_rfqs_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['quote_id'], ['quotes.id'], name=op.f('fk_rfqs_quote_id_quotes')),
    sa.ForeignKeyConstraint(['revision_id'], ['revisions.id'], name=op.f('fk_rfqs_revision_id_revisions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rfqs')),
    sa.UniqueConstraint('quote_id', name=op.f('uq_rfqs_quote_id'))
    )
    op.create_index(op.f('ix_rfqs_organisation_id_id'), 'rfqs', ['organisation_id', 'id'], unique=False)
    op.create_table('rfq_deadlines',
    sa.Column('rfq_id', sa.Uuid(), nullable=False),
    sa.Column('why', sa.Enum('asked', 'question_closed', 'extended', name='deadlinemove', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('moved_by', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(why = 'question_closed') = (stopped_at is not null)", name=op.f('ck_rfq_deadlines_stops_have_a_beginning')),
    sa.ForeignKeyConstraint(['moved_by'], ['users.id'], name=op.f('fk_rfq_deadlines_moved_by_users')),
    sa.ForeignKeyConstraint(['rfq_id'], ['rfqs.id'], name=op.f('fk_rfq_deadlines_rfq_id_rfqs')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rfq_deadlines'))
    )
    op.create_index(op.f('ix_rfq_deadlines_rfq_id_id'), 'rfq_deadlines', ['rfq_id', 'id'], unique=False)
    op.create_table('rfq_invitations',
    sa.Column('rfq_id', sa.Uuid(), nullable=False),
    sa.Column('factory_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('invited', 'accepted', 'declined', 'withdrawn', 'chosen', 'not_chosen', name='invitationstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('alias', sa.BigInteger(), nullable=True),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('agreed_by', sa.Uuid(), nullable=True),
    sa.Column('nda_sha256', sa.Text(), nullable=True),
    sa.Column('declined_because', sa.Text(), nullable=True),
    sa.Column('view_asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('view_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('download_asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('download_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(state = 'declined') = (declined_because is not null)", name=op.f('ck_rfq_invitations_declined_has_reason')),
    sa.CheckConstraint("state not in ('accepted', 'chosen', 'not_chosen') or agreed_at is not null", name=op.f('ck_rfq_invitations_agreed_before_bidding')),
    sa.CheckConstraint('(agreed_at is null) = (agreed_by is null)', name=op.f('ck_rfq_invitations_somebody_agreed')),
    sa.CheckConstraint('agreed_at is not null or (view_from is null and download_from is null)', name=op.f('ck_rfq_invitations_agreed_first')),
    sa.CheckConstraint('length(declined_because) between 1 and 1000', name=op.f('ck_rfq_invitations_declined_because_length')),
    sa.CheckConstraint('revoked_at is null or (view_from is null and download_from is null)', name=op.f('ck_rfq_invitations_revoked_is_closed')),
    sa.ForeignKeyConstraint(['agreed_by'], ['users.id'], name=op.f('fk_rfq_invitations_agreed_by_users')),
    sa.ForeignKeyConstraint(['factory_id'], ['organisations.id'], name=op.f('fk_rfq_invitations_factory_id_organisations')),
    sa.ForeignKeyConstraint(['rfq_id'], ['rfqs.id'], name=op.f('fk_rfq_invitations_rfq_id_rfqs')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rfq_invitations')),
    sa.UniqueConstraint('id', 'rfq_id', name=op.f('uq_rfq_invitations_id_rfq_id')),
    sa.UniqueConstraint('rfq_id', 'alias', name=op.f('uq_rfq_invitations_rfq_id_alias')),
    sa.UniqueConstraint('rfq_id', 'factory_id', name=op.f('uq_rfq_invitations_rfq_id_factory_id'))
    )
    op.create_index(op.f('ix_rfq_invitations_factory_id_id'), 'rfq_invitations', ['factory_id', 'id'], unique=False)
    op.create_table('bids',
    sa.Column('rfq_id', sa.Uuid(), nullable=False),
    sa.Column('invitation_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('work_centre_id', sa.Uuid(), nullable=False),
    sa.Column('listing_id', sa.Uuid(), nullable=False),
    sa.Column('bid_by', sa.Uuid(), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('total_minor', sa.BigInteger(), nullable=False),
    sa.Column('factory_minor', sa.BigInteger(), nullable=False),
    sa.Column('fee_minor', sa.BigInteger(), nullable=False),
    sa.Column('breakdown', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('machine_min', sa.BigInteger(), nullable=False),
    sa.Column('finish_by', sa.Date(), nullable=False),
    sa.Column('ships_on', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tolerance_deviation', sa.Text(), nullable=False),
    sa.Column('finish_deviation', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('open', 'superseded', 'withdrawn', 'accepted', 'not_chosen', name='bidstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(finish_deviation) between 0 and 500', name=op.f('ck_bids_finish_deviation_length')),
    sa.CheckConstraint('length(note) between 0 and 2000', name=op.f('ck_bids_note_length')),
    sa.CheckConstraint('length(tolerance_deviation) between 0 and 500', name=op.f('ck_bids_tolerance_deviation_length')),
    sa.CheckConstraint('machine_min > 0', name=op.f('ck_bids_minutes_some')),
    sa.CheckConstraint('number > 0', name=op.f('ck_bids_number_some')),
    sa.CheckConstraint('quantity between 1 and 1000000', name=op.f('ck_bids_quantity_sane')),
    sa.CheckConstraint('ships_on >= finish_by', name=op.f('ck_bids_ships_after_finish')),
    sa.CheckConstraint('total_minor > 0 and total_minor = factory_minor + fee_minor', name=op.f('ck_bids_parts_add_up')),
    sa.CheckConstraint('valid_until > created_at', name=op.f('ck_bids_valid_for_a_while')),
    sa.ForeignKeyConstraint(['bid_by'], ['users.id'], name=op.f('fk_bids_bid_by_users')),
    sa.ForeignKeyConstraint(['invitation_id', 'rfq_id'], ['rfq_invitations.id', 'rfq_invitations.rfq_id'], name=op.f('fk_bids_invitation_id_rfq_id_rfq_invitations')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_bids_listing_id_listings')),
    sa.ForeignKeyConstraint(['rfq_id'], ['rfqs.id'], name=op.f('fk_bids_rfq_id_rfqs')),
    sa.ForeignKeyConstraint(['work_centre_id'], ['work_centres.id'], name=op.f('fk_bids_work_centre_id_work_centres')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bids')),
    sa.UniqueConstraint('invitation_id', 'quantity', 'number', name=op.f('uq_bids_invitation_id_quantity_number'))
    )
    op.create_index(op.f('ix_bids_rfq_id_id'), 'bids', ['rfq_id', 'id'], unique=False)
    op.create_index('uq_bids_one_accepted', 'bids', ['rfq_id'], unique=True, postgresql_where="state = 'accepted'")
    op.create_index('uq_bids_one_open', 'bids', ['invitation_id', 'quantity'], unique=True, postgresql_where="state = 'open'")
    op.create_table('rfq_questions',
    sa.Column('rfq_id', sa.Uuid(), nullable=False),
    sa.Column('invitation_id', sa.Uuid(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('open', 'answered', 'withdrawn', name='questionstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('answered_by', sa.Uuid(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(state = 'answered') = (answer is not null)", name=op.f('ck_rfq_questions_answered_has_answer')),
    sa.CheckConstraint("(state = 'answered') = (answered_by is not null)", name=op.f('ck_rfq_questions_answered_by_somebody')),
    sa.CheckConstraint("(state = 'open') = (closed_at is null)", name=op.f('ck_rfq_questions_closed_has_time')),
    sa.CheckConstraint('length(answer) between 1 and 4000', name=op.f('ck_rfq_questions_answer_length')),
    sa.CheckConstraint('length(text) between 1 and 2000', name=op.f('ck_rfq_questions_text_length')),
    sa.ForeignKeyConstraint(['answered_by'], ['users.id'], name=op.f('fk_rfq_questions_answered_by_users')),
    sa.ForeignKeyConstraint(['asked_by'], ['users.id'], name=op.f('fk_rfq_questions_asked_by_users')),
    sa.ForeignKeyConstraint(['invitation_id', 'rfq_id'], ['rfq_invitations.id', 'rfq_invitations.rfq_id'], name=op.f('fk_rfq_questions_invitation_id_rfq_id_rfq_invitations')),
    sa.ForeignKeyConstraint(['rfq_id'], ['rfqs.id'], name=op.f('fk_rfq_questions_rfq_id_rfqs')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rfq_questions'))
    )
    op.create_index(op.f('ix_rfq_questions_rfq_id_id'), 'rfq_questions', ['rfq_id', 'id'], unique=False)
    op.add_column('file_accesses', sa.Column('what', sa.Enum('file', 'thumbnail', 'model', name='seen', native_enum=False, create_constraint=True, length=32), server_default='file', nullable=False))
    op.add_column('file_accesses', sa.Column('rfq_id', sa.Uuid(), nullable=True))
    op.create_index(op.f('ix_file_accesses_rfq_id_id'), 'file_accesses', ['rfq_id', 'id'], unique=False, postgresql_where='rfq_id is not null')
    op.create_foreign_key(op.f('fk_file_accesses_rfq_id_rfqs'), 'file_accesses', 'rfqs', ['rfq_id'], ['id'])
    op.add_column('offers', sa.Column('bid_id', sa.Uuid(), nullable=True))
    op.execute("alter table offers drop constraint if exists ck_offers_rate_card_known")
    op.alter_column('offers', 'rate_card_id', existing_type=sa.Uuid(), nullable=True)
    op.create_unique_constraint(op.f('uq_offers_bid_id'), 'offers', ['bid_id'])
    op.create_foreign_key(op.f('fk_offers_bid_id_bids'), 'offers', 'bids', ['bid_id'], ['id'])
    op.create_check_constraint(
        op.f('ck_offers_computed_or_bid'), 'offers', 'num_nonnulls(rate_card_id, bid_id) = 1', postgresql_not_valid=True
    )
    op.execute("""
        do $$ begin
            if not exists (select from offers where num_nonnulls(rate_card_id, bid_id) <> 1) then
                alter table offers validate constraint ck_offers_computed_or_bid;
            end if;
        end $$
    """)
    op.execute("""
        create trigger append_only before update or delete on rfq_deadlines
        for each row execute function refuse_change()
    """)
    op.execute("""
        create function refuse_change_but_of_state() returns trigger language plpgsql as $$
        begin
            if tg_op = 'DELETE' or to_jsonb(new) - 'state' <> to_jsonb(old) - 'state' then
                raise exception 'a row of % changes its state alone: a correction is a new row', tg_table_name
                    using errcode = 'restrict_violation';
            end if;
            return new;
        end $$
    """)
    op.execute("""
        create trigger state_alone before update or delete on bids
        for each row execute function refuse_change_but_of_state()
    """)


def downgrade() -> None:
    op.execute("drop trigger state_alone on bids")
    op.execute("drop function refuse_change_but_of_state")
    op.execute("drop trigger append_only on rfq_deadlines")
    op.drop_constraint(op.f('ck_offers_computed_or_bid'), 'offers', type_='check')
    op.drop_constraint(op.f('fk_offers_bid_id_bids'), 'offers', type_='foreignkey')
    op.drop_constraint(op.f('uq_offers_bid_id'), 'offers', type_='unique')
    op.create_check_constraint(
        op.f('ck_offers_rate_card_known'), 'offers', 'rate_card_id is not null', postgresql_not_valid=True
    )
    op.drop_column('offers', 'bid_id')
    op.drop_constraint(op.f('fk_file_accesses_rfq_id_rfqs'), 'file_accesses', type_='foreignkey')
    op.drop_index(op.f('ix_file_accesses_rfq_id_id'), table_name='file_accesses', postgresql_where='rfq_id is not null')
    op.drop_column('file_accesses', 'rfq_id')
    op.drop_column('file_accesses', 'what')
    op.drop_index(op.f('ix_rfq_questions_rfq_id_id'), table_name='rfq_questions')
    op.drop_table('rfq_questions')
    op.drop_index('uq_bids_one_open', table_name='bids', postgresql_where="state = 'open'")
    op.drop_index('uq_bids_one_accepted', table_name='bids', postgresql_where="state = 'accepted'")
    op.drop_index(op.f('ix_bids_rfq_id_id'), table_name='bids')
    op.drop_table('bids')
    op.drop_index(op.f('ix_rfq_invitations_factory_id_id'), table_name='rfq_invitations')
    op.drop_table('rfq_invitations')
    op.drop_index(op.f('ix_rfq_deadlines_rfq_id_id'), table_name='rfq_deadlines')
    op.drop_table('rfq_deadlines')
    op.drop_index(op.f('ix_rfqs_organisation_id_id'), table_name='rfqs')
    op.drop_table('rfqs')
