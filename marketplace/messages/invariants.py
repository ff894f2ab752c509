"""What is true of every question that stops a clock."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        id="K1",
        says="the clock of a job stands exactly while a question on it is open or its first article is handed over",
        counted="select count(*) from jobs",
        broken="""
            select j.id::text from jobs j
            where (j.clock_stopped_at is not null) <> (j.first_article is not distinct from 'handed_over' or exists (
                      select from job_questions q left join job_question_closings c on c.question_id = q.id
                      where q.job_id = j.id and c.question_id is null))
               or (j.clock_stopped_at is not null) <> exists (
                      select from clock_stops s left join clock_starts r on r.stop_id = s.id
                      where s.job_id = j.id and r.stop_id is null)
        """,
    ),
    Invariant(
        id="K1",
        says="a clock runs again after it stood, never before",
        counted="select count(*) from clock_starts",
        broken="""
            select s.job_id::text from clock_starts r join clock_stops s on s.id = r.stop_id
            where r.restarted_at < s.created_at
        """,
    ),
)
