"""The first articles of a job as its two parties look at them."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.orders.models import Job
from marketplace.orders.states import FirstArticleGate
from marketplace.production import queries
from marketplace.production.models import FirstArticle


@dataclass(frozen=True, slots=True)
class FirstArticles:
    """Whether a job is held, and what was handed over so far, the first first."""

    first_article: FirstArticleGate | None
    is_held: bool
    first_articles: Sequence[FirstArticle]


def of_first_articles(job: Job) -> FirstArticles:
    """Every first article of a job; of one that nobody asked for, nothing is looked up."""
    found = [] if job.first_article is None else queries.first_articles(job.id)
    return FirstArticles(job.first_article, job.is_held, found)
