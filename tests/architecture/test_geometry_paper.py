"""docs/geometry.md names every figure that is measured, and its tables are those of the code."""

import re
from dataclasses import fields

import pytest

from marketplace.geometry import errors, features, outcomes, shape, values
from marketplace.kernel.errors import Rejected
from tests.architecture.test_papers import PATH
from tools import geometry_docs, papers

PAPER = geometry_docs.PAPER.read_text(encoding="utf-8")
SECTION = re.compile(r"^(?=##)", re.MULTILINE)

MEASURED = [
    *(values.Measurement, values.Remark, shape.OrientedBox, shape.Walls, shape.Build, shape.Sections, shape.Draft),
    *(shape.Reach, shape.Turned, shape.Sheet, shape.Bend, shape.Drawing, shape.Layer, shape.Layers),
    *(features.Hole, features.Widening),
    *(features.Features, features.Pocket, features.Boss, features.Rounding, features.SharpEdges),
    *(features.Component, features.Callout),
]


def test_every_group_of_figures_is_listed():
    defined = {
        kind
        for module in (values, shape, features)
        for kind in vars(module).values()
        if hasattr(kind, "__dataclass_fields__")
    }

    assert defined == set(MEASURED)


@pytest.mark.parametrize("group", MEASURED, ids=lambda group: group.__name__)
def test_every_figure_is_named_in_the_section_of_its_group(group):
    """But for `method`, which all groups share."""
    sections = "".join(text for text in SECTION.split(PAPER) if f"`{group.__name__}`" in text)

    assert [figure.name for figure in fields(group) if f"`{figure.name}`" not in sections] in ([], ["method"])


def test_every_way_to_end_is_named():
    refusals = [kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Rejected)]
    endings = [outcomes.Crashed.code, outcomes.TimedOut.code, outcomes.OutOfMemory.code]

    assert [code for code in {*refusals, *endings} - {Rejected.code} if f"`{code}`" not in PAPER] == []


def test_every_method_and_kind_of_remark_is_named():
    assert [word for word in (*values.Method, *values.RemarkKind) if f"`{word}`" not in PAPER] == []


def test_the_tables_are_those_of_the_code():
    assert geometry_docs.written(PAPER) == PAPER, "run: python -m tools.geometry_docs"


def test_every_path_that_it_names_is_there():
    named = PATH.findall(PAPER)

    assert named
    assert [path for path in named if not (papers.ROOT / path).exists()] == []


def test_a_paper_without_marks_is_not_written():
    with pytest.raises(ValueError, match="no place for the limits"):
        geometry_docs.written("# A paper")
