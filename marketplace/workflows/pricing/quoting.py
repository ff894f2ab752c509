"""From a measured part and a requirement to a frozen quote."""

from marketplace.costing.rates import Charges
from marketplace.kernel.actor import Actor
from marketplace.kernel.ids import new_id
from marketplace.quoting import service as quotes
from marketplace.quoting.models import Quote
from marketplace.quoting.service import Requirement
from marketplace.workflows.pricing import answering, charging, questions


def ask(wanted: Requirement, *, by: Actor, charges: Charges, valid_days: int) -> Quote:
    """Price what is wanted by every eligible live listing and freeze the best answers.

    Raises what `questions.understood` and `quoting.service.freeze` do.
    """
    question = questions.understood(wanted, by=by)
    quote_id = new_id()
    answers = answering.answers(question, charging.for_customer(by, charges), seed=quote_id)
    return quotes.freeze(wanted, answers, quote_id=quote_id, valid_days=valid_days, by=by)
