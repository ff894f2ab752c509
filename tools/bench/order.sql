-- What placing an order writes, as bare SQL for pgbench: the same tables, constraints, triggers and indexes, the same rows
-- (idempotency key included), one statement for each step; nothing in between but PostgreSQL.
begin;
select nextval('bench_turns') as n \gset
select quote_id as quote, offer_id as offer, revision_id as revision, work_centre_id as centre, factory_id as factory,
       customer_id as customer, buyer_id as buyer, finish_by, ships_on, total_minor as total, factory_minor as share,
       fee_minor as fee, machine_min as minutes
    from bench_ready where n = :n \gset
insert into idempotency_keys (caller_id, operation, key, fingerprint, subject_id, created_at)
    values (:customer, 'bench', :n::text, 'f', :quote, now());
select state from quotes where id = :quote and organisation_id = :customer for update;
select total_minor from offers where id = :offer and quote_id = :quote;
update quotes set state = 'taken' where id = :quote;
insert into state_moves (id, created_at, subject_kind, subject_id, from_state, to_state, user_id, organisation_id)
    values (uuidv7(), now(), 'quotes', :quote, 'open', 'taken', :buyer, :customer);
select time_zone from work_centres where id = :centre for no key update;
select day from capacity_days where work_centre_id = :centre and day = :finish_by for update;
insert into holds (id, created_at, work_centre_id, state, minutes, expires_at)
    values (uuidv7(), now(), :centre, 'tentative', :minutes, now() + interval '1 hour') returning id as hold \gset
with line as (
    insert into hold_lines (hold_id, day, work_centre_id, minutes) values (:hold, :finish_by, :centre, :minutes) returning day
) update capacity_days set held_min = held_min + :minutes from line where work_centre_id = :centre and capacity_days.day = line.day;
insert into orders (id, created_at, organisation_id, placed_by, state, currency, total_minor, pay_by, purchase_order_number,
                    notes, incoterm, if_declined)
    values (uuidv7(), now(), :customer, :buyer, 'awaiting_payment', 'EUR', :total, now() + interval '1 hour', '',
            '', 'EXW', 'refund')
    returning id as ordered \gset
insert into order_lines (order_id, number, quote_id, offer_id, revision_id, description, quantity, total_minor)
    values (:ordered, 1, :quote, :offer, :revision, 'CNC milling, 3-axis, Aluminium 6061', 5, :total);
insert into jobs (id, created_at, order_id, line_number, offer_id, factory_id, work_centre_id, hold_id, revision_id, process,
                  material, quantity, total_minor, price_minor, currency, state, ships_on)
    values (uuidv7(), now(), :ordered, 1, :offer, :factory, :centre, :hold, :revision, 'cnc_milling', 'aluminium_6061',
            5, :total, :share, 'EUR', 'waiting', :ships_on) returning id as job \gset
insert into payments (id, created_at, order_id, number, state, currency, amount_minor, idempotency_key, captured_minor,
                      refunded_minor, transferred_minor)
    values (uuidv7(), now(), :ordered, 1, 'pending', 'EUR', :total, gen_random_uuid(), 0, 0, 0) returning id as payment \gset
insert into job_shares (job_id, number, payment_id, kind, party_id, amount_minor, why)
    values (:job, 1, :payment, 'factory', :factory, :share, 'ordered'),
           (:job, 2, :payment, 'platform_fee', null, :fee, 'ordered');
insert into audit_events (id, created_at, verb, subject_kind, subject_id, user_id, organisation_id, credential, details)
    values (uuidv7(), now(), 'order.placed', 'orders', :ordered, :buyer, :customer, 'token', '{}');
commit;
