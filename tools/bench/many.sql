-- So many more factories, each with a copy of one mill's work centre, hours, rates, minutes and examined listing.
create temporary table more as
select n, uuidv7() as factory_id, uuidv7() as centre_id, uuidv7() as card_id, uuidv7() as listing_id, uuidv7() as case_id
from generate_series(1, :count) as n;
create temporary table pattern as
select l.id as listing_id, l.work_centre_id, l.organisation_id from listings l where l.process = 'cnc_milling' order by l.id limit 1;

insert into organisations (id, name, kind, country, hats, version, created_at)
select factory_id, 'Further factory ' || n, kind, country, hats, version, o.created_at
from more, organisations o join pattern on o.id = pattern.organisation_id;
insert into work_centres (id, organisation_id, name, process, machines, envelope_mm, materials, time_zone, handling_days, version, created_at)
select centre_id, factory_id, name, process, machines, envelope_mm, materials, time_zone, handling_days, version, w.created_at
from more, work_centres w join pattern on w.id = pattern.work_centre_id;
insert into shifts (work_centre_id, weekday, starts, ends)
select centre_id, weekday, starts, ends from more, shifts s join pattern using (work_centre_id);
insert into rate_cards (id, work_centre_id, number, currency, machine_rate_minor_per_h, labour_rate_minor_per_h, material_minor_per_kg,
                        minimum_order_minor, margin_bps, effective_at, set_by, created_at)
select card_id, centre_id, number, currency, machine_rate_minor_per_h, labour_rate_minor_per_h, material_minor_per_kg,
       minimum_order_minor, margin_bps, effective_at, set_by, c.created_at
from more, rate_cards c join pattern using (work_centre_id);
insert into listings (id, organisation_id, work_centre_id, process, title, terms, state, version, created_at)
select more.listing_id, factory_id, centre_id, process, title, terms, state, version, l.created_at
from more, listings l join pattern on l.id = pattern.listing_id;
insert into cases (id, kind, subject_kind, subject_id, organisation_id, opened_by, grounds, state, created_at)
select case_id, kind, subject_kind, more.listing_id, factory_id, opened_by, grounds, state, c.created_at
from more, cases c join pattern on c.subject_id = pattern.listing_id;
insert into decisions (id, case_id, outcome, decided_by, reason, statement, appeal_until, created_at)
select uuidv7(), more.case_id, outcome, decided_by, reason, statement, appeal_until, d.created_at
from more, decisions d join cases c on c.id = d.case_id join pattern on c.subject_id = pattern.listing_id;
insert into capacity_days (work_centre_id, day, open_min, held_min)
select centre_id, day, open_min, 0 from more, capacity_days join pattern using (work_centre_id);
drop table more, pattern;
