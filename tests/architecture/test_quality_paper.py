"""docs/quality.md shows what the code does, and its example verifies."""

import json

from marketplace.quality import documents
from tools import quality_docs, verify_record


def test_the_paper_is_as_the_code_is():
    text = quality_docs.PAPER.read_text(encoding="utf-8")
    assert quality_docs.paper(text) == text, "run `make papers`"


def test_the_example_is_as_the_code_makes_it_and_verifies(capsys):
    assert quality_docs.EXAMPLE.read_text(encoding="utf-8") == quality_docs.example_text(), "run `make papers`"
    signed = json.loads(quality_docs.EXAMPLE.read_text(encoding="utf-8"))

    assert documents.faults(signed) == []
    assert verify_record.main([str(quality_docs.EXAMPLE)]) == 0
    assert "Verdict: accepted" in capsys.readouterr().out
