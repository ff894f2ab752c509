"""Printed documents: what people wrote arrives as they wrote it, in Chinese too, and is never read as a program."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from marketplace.adapters.documents.typesetting import TemplateFlawed, TypstTypesetter

THEN = datetime(2027, 3, 1, tzinfo=UTC)
PLAIN = """
#set text(font: ("Libertinus Serif", "Droid Sans Fallback"))
#let told = json(bytes(sys.inputs.figures))
#told.words
"""


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "plain.typ"
    path.write_text(PLAIN, encoding="utf-8")
    return path


def words(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


@pytest.mark.parametrize(
    "told",
    [
        "苏州精密机械有限公司",
        "繁體中文與数控铣削",
        "Müller & Söhne, ⌀8 ±0.02 mm",
        '#read("/etc/passwd") *bold* $x^2$ <a>',
    ],
)
def test_words_are_printed_as_they_were_written(template, told):
    assert told in words(TypstTypesetter().pdf(template, {"words": told}, made_at=THEN)).replace("\n", " ")


def test_the_same_figures_give_the_same_bytes(template):
    first, second = (TypstTypesetter().pdf(template, {"words": "支架"}, made_at=THEN) for _ in range(2))

    assert first == second


def test_fonts_are_inside_the_file_and_none_is_the_systems(template):
    page = PdfReader(BytesIO(TypstTypesetter().pdf(template, {"words": "支架 bracket"}, made_at=THEN))).pages[0]
    fonts = [str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()]

    assert sorted(name.partition("+")[2].split("-")[0] for name in fonts) == ["DroidSansFallback", "LibertinusSerif"]


@pytest.mark.parametrize(
    ("body", "flaw"),
    [
        ('#set text(font: "Comic Sans MS")\nx', "font"),
        ('#read("../outside.txt")', "plain.typ"),
        ('#read("/etc/passwd")', "plain.typ"),
        ('#import "@preview/tablex:0.0.9": tablex', "plain.typ"),
        ("#unknown", "unknown"),
    ],
)
def test_a_template_that_warns_or_reaches_out_is_refused(template, body, flaw):
    (template.parent.parent / "outside.txt").write_text("secret")
    template.write_text(body, encoding="utf-8")
    with pytest.raises(TemplateFlawed, match=flaw):
        TypstTypesetter().pdf(template, {}, made_at=THEN)
