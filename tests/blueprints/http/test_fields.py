"""Fields of our own: what they take, and what they make of it."""

import re

import pytest
from marshmallow import ValidationError

from blueprints.http.fields import ANY_TEXT, SOME_TEXT, Words


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system_and_are_kept_as_on_one(end):
    sent = f" First.{end}{end}Second.{end}"

    assert re.search(SOME_TEXT, sent)
    assert Words(most=20).deserialize(sent) == "First.\n\nSecond."


@pytest.mark.parametrize("control", ["\0", "\x08", "\x0b", "\x0c", "\x0e", "\x1b", "\x1f"])
def test_other_control_characters_are_refused(control):
    assert not re.search(SOME_TEXT, f"a{control}b")
    with pytest.raises(ValidationError, match="Control characters"):
        Words(most=20).deserialize(f"a{control}b")


@pytest.mark.parametrize("none", ["\ufffe", "\uffff"])
def test_what_no_xml_can_hold_is_refused(none):
    assert not re.search(SOME_TEXT, f"a{none}b")
    assert not re.fullmatch(ANY_TEXT, f"a{none}b")
    with pytest.raises(ValidationError, match="no characters"):
        Words(most=20).deserialize(f"a{none}b")
