-- Open quotes in a market made by world.py, one offer in each, to be ordered: `:count` of them, in table `:table`.
create table :table as
select n, uuidv7() as quote_id, uuidv7() as offer_id, buyer.*, mill.*, current_date + 2 as finish_by, current_date + 4 as ships_on,
       10800 + n % 1000 as total_minor, 10000 + n % 1000 as factory_minor, 800 as fee_minor, 60 as machine_min
from generate_series(1, :count) as n
join (select row_number() over () - 1 as mill_number, listings.id as listing_id, work_centre_id, listings.organisation_id as factory_id,
             rate_cards.id as rate_card_id, process, (select min(key) from jsonb_object_keys(material_minor_per_kg) as key) as material
      from listings join rate_cards using (work_centre_id) where process = :process) as mill
    on mill_number = n % (select count(*) from listings where process = :process)
join (select row_number() over () - 1 as buyer_number, revisions.id as revision_id, organisation_id as customer_id, created_by as buyer_id
      from revisions join parts on parts.id = part_id) as buyer on buyer_number = n % (select count(*) from revisions);
alter table :table add primary key (n);
insert into quotes (id, created_at, organisation_id, revision_id, requested_by, process, material, quantity, currency, rank_by,
                    number, state, expires_at, eligible, findings, explanation)
select quote_id, now(), customer_id, revision_id, buyer_id, process, material, 5, 'EUR', 'price', 1, 'open',
       now() + interval '14 days', 1000, '[]', '{}' from :table;
insert into offers (id, created_at, quote_id, position, listing_id, work_centre_id, factory_id, rate_card_id, total_minor,
                    factory_minor, fee_minor, machine_min, finish_by, ships_on, figures)
select offer_id, now(), quote_id, 1, listing_id, work_centre_id, factory_id, rate_card_id, total_minor, factory_minor, fee_minor,
       machine_min, finish_by, ships_on, array[total_minor] from :table;
analyze quotes;
analyze offers;
