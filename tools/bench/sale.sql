-- Somebody takes every minute of the one work centre that prints, up to the day by which its ready quotes are to be made.
with days as (
    select d.* from capacity_days d join listings l using (work_centre_id)
    where process = 'fdm' and day <= current_date + 2 and held_min < open_min
), hold as (
    insert into holds (id, created_at, work_centre_id, state, minutes, expires_at)
    select uuidv7(), now(), work_centre_id, 'firm', sum(open_min - held_min), now() from days group by work_centre_id
    returning id
), lines as (
    insert into hold_lines (hold_id, day, work_centre_id, minutes)
    select hold.id, day, work_centre_id, open_min - held_min from days, hold
) update capacity_days c set held_min = c.open_min from days where (c.work_centre_id, c.day) = (days.work_centre_id, days.day);

-- And gives so many back, of that day.
with hold as (
    update holds set minutes = minutes - %(minutes)s where state = 'firm' returning id, work_centre_id
), line as (
    update hold_lines set minutes = hold_lines.minutes - %(minutes)s from hold
    where hold_id = hold.id and day = current_date + 2
) update capacity_days c set held_min = c.held_min - %(minutes)s from hold
where c.work_centre_id = hold.work_centre_id and day = current_date + 2;

-- What is held there now, and whether no day has more than it has open.
select sum(held_min), bool_and(held_min <= open_min) from capacity_days join listings using (work_centre_id) where process = 'fdm';
