"""What is always true of stored capacity, as SQL (DESIGN §5: S1, S2)."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "S1",
        "no day has more minutes held than open, nor less than none",
        counted="select count(*) from capacity_days",
        broken="""
            select work_centre_id || ' ' || day from capacity_days
            where held_min < 0 or held_min > open_min order by 1
        """,
    ),
    Invariant(
        "S1",
        "a day is open as its calendar says, or for what is held beyond that and nothing more",
        counted="select count(*) from capacity_days",
        broken="""
            select work_centre_id || ' ' || day from capacity_days
            where open_min <> greatest(calendar_min, held_min) order by 1
        """,
    ),
    Invariant(
        "S2",
        "a day's held minutes are those of the hold lines not given back",
        counted="select count(*) from capacity_days",
        broken="""
            select d.work_centre_id || ' ' || d.day
            from capacity_days d
            left join (
                select work_centre_id, day, sum(minutes) as minutes from hold_lines
                where given_back_at is null group by work_centre_id, day
            ) l using (work_centre_id, day)
            where d.held_min <> coalesce(l.minutes, 0) order by 1
        """,
    ),
    Invariant(
        "S2",
        "a hold's lines add up to its minutes, on days of the work centres that it names",
        counted="select count(*) from holds",
        broken="""
            select h.id::text from holds h left join hold_lines l on l.hold_id = h.id
            group by h.id
            having h.minutes <> coalesce(sum(l.minutes), 0)
                or count(*) filter (where l.work_centre_id <> all (h.work_centre_id || h.elsewhere)) > 0
        """,
    ),
    Invariant(
        "S2",
        "the work centres of a hold are those of one factory",
        counted="select count(*) from holds where elsewhere is not null",
        broken="""
            select h.id::text from holds h
            where h.elsewhere is not null
              and 1 < (select count(distinct c.organisation_id) from work_centres c
                       where c.id = any (h.work_centre_id || h.elsewhere))
        """,
    ),
    Invariant(
        "S2",
        "a released hold has given everything back; a tentative or firm one nothing",
        counted="select count(*) from holds",
        broken="""
            select h.id::text from holds h join hold_lines l on l.hold_id = h.id
            where (h.state = 'released' and l.given_back_at is null)
               or (h.state in ('tentative', 'firm') and l.given_back_at is not null)
            group by h.id
        """,
    ),
)
