"""`flask --app wsgi measure`, with a measurer that answers from a table and once with the real one."""

import json
from dataclasses import replace

import pytest

from blueprints.http.ports import KEY
from marketplace.geometry.outcomes import Crashed, Measured, Pictures
from marketplace.geometry.values import Measurement
from tests.blueprints.commands.test_report import part
from tools.samples import FOLDER, TRUTHS

PNG, GLB = b"\x89PNG\r\n\x1a\nseen", b"glTFmodel"
CLIP = FOLDER / "clip.stl"


class Measurer:
    """Says of every file what it was told to say, in turn."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)

    def measure(self, path, kind):
        return self.outcomes.pop(0)

    def engine(self, kind):
        return f"table for {kind}"


@pytest.fixture
def measure(application, monkeypatch, tmp_path):
    """Run the command in an empty folder, with these outcomes, or with the kernel when there are none."""

    def run(*arguments, outcomes=()):
        if outcomes:
            config, ports = application.extensions[KEY]
            monkeypatch.setitem(application.extensions, KEY, (config, replace(ports, measurer=Measurer(*outcomes))))
        monkeypatch.chdir(tmp_path)
        return application.test_cli_runner().invoke(args=["measure", *map(str, arguments)])

    return run


def test_the_kernel_measures_a_sample_and_the_report_says_so(application, measure):
    done = measure(CLIP, "--json", "--process", "fdm")
    application.extensions[KEY][1].measurer.close()

    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert Measurement.from_json(told["measurement"]).volume_mm3 == pytest.approx(TRUTHS[CLIP.name].volume_mm3)
    assert list(told["findings"]) == ["fdm"]


def test_a_report_and_its_previews(measure, tmp_path):
    done = measure(CLIP, outcomes=[Measured(part(), Pictures(PNG, GLB))])

    assert done.exit_code == 0
    assert "1,234.5 mm³" in done.stdout
    assert "cnc_milling: " in done.stdout
    assert done.stderr == ""
    assert (tmp_path / "clip.stl.png").read_bytes() == PNG
    assert (tmp_path / "clip.stl.glb").read_bytes() == GLB


def test_previews_go_where_they_are_wanted_and_a_drawing_has_no_model(measure, tmp_path):
    measure(CLIP, "--previews", tmp_path / "seen" / "here", outcomes=[Measured(part(), Pictures(PNG, b""))])

    assert [path.name for path in (tmp_path / "seen" / "here").iterdir()] == ["clip.stl.png"]


def test_no_previews_are_written_unwanted(measure, tmp_path):
    measure(CLIP, "--no-previews", outcomes=[Measured(part(), Pictures(PNG, GLB))])

    assert list(tmp_path.iterdir()) == []


def test_two_files_of_one_name_do_not_share_their_previews(measure, tmp_path):
    measure(CLIP, CLIP, outcomes=[Measured(part(), Pictures(PNG, GLB)), Measured(part(), Pictures(PNG + b"2", GLB))])

    assert (tmp_path / "clip.stl-2.png").read_bytes() == PNG + b"2"
    assert (tmp_path / "clip.stl.png").read_bytes() == PNG


def test_many_files_show_how_far_it_is_and_one_refusal_is_told_at_the_end(measure):
    done = measure(CLIP, CLIP, "--json", outcomes=[Crashed(11), Measured(part())])

    first, second = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 1
    assert first["refused"]["code"] == "file_crashes_kernel"
    assert second["measurement"]["volume_mm3"] == 1234.5
    assert "1 of 2  clip.stl … " in done.stderr
    assert "2 of 2  clip.stl … " in done.stderr


def test_a_file_that_is_no_part_is_refused_by_its_content(measure, tmp_path):
    (tmp_path / "part.step").write_bytes(b"%PDF-1.7 and so on")

    done = measure(tmp_path / "part.step")

    assert done.exit_code == 1
    assert "part.step: refused, file_type_unknown\n  This looks like a PDF document." in done.stdout


def test_what_is_not_there_is_a_usage_error(measure):
    assert measure("nothing.stl").exit_code == 2
    assert measure().exit_code == 2
