"""Why nothing is said, or nobody is heard."""

from marketplace.kernel.errors import Conflict, NotFound


class JobQuestionNotFound(NotFound):
    """No such question was asked on this job."""

    code = "job_question_not_found"


class QuestionClosed(Conflict):
    """The question was answered, or taken back, already."""

    code = "question_closed"


class NothingToAsk(Conflict):
    """Questions stop the clock of a job from when it is offered until its goods have left; this one has none."""

    code = "nothing_to_ask"


class TooManyJobQuestions(Conflict):
    """As many questions of the factory are open on this job, or were asked, as may be."""

    code = "too_many_job_questions"


class ThreadNotFound(NotFound):
    """There is no such conversation: in a request, one begins when a factory asks, bids or writes."""

    code = "thread_not_found"


class ThreadClosed(Conflict):
    """One of the two has left the request, or was not chosen: nothing more is said there."""

    code = "thread_closed"
