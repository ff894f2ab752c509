"""docs/messages.md says what the code says."""

from marketplace.attachments import rules as files
from marketplace.messages import rules as messages
from marketplace.workflows.ordering import archiving
from tools import messages_docs

PAPER = messages_docs.PAPER.read_text(encoding="utf-8")


def test_the_list_of_notices_is_that_of_the_code():
    assert messages_docs.written(PAPER) == PAPER


def test_the_limits_are_those_of_the_code():
    words = PAPER.replace("\n", " ")
    for said in (
        f"at most {files.MOST_BYTES >> 20} MB, known by their content",
        f"lays at most {files.MOST_BESIDE} at one place",
        f"up to {messages.LONGEST_TEXT:,} characters",
        f"one ZIP file of at most {archiving.MOST_BYTES >> 20} MB",
        f"At most {archiving.MOST_PRINTED} papers are printed",
    ):
        assert said in words
