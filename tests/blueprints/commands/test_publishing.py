"""The catalogue as a static file."""

import json

from blueprints.public.catalogue.document import document, version_of


def test_the_file_is_what_the_route_shows_and_is_named_by_its_version(app, client, tmp_path):
    result = app.test_cli_runner().invoke(args=["catalogue", str(tmp_path / "site")])

    shown = client.get("/v1/catalogue").json
    file = tmp_path / "site" / f"catalogue-{shown['version']}.json"
    assert result.exit_code == 0
    assert result.output.strip() == str(file)
    assert json.loads(file.read_text(encoding="utf-8")) == shown


def test_the_same_catalogue_makes_the_same_bytes(app, tmp_path):
    written = []
    for name in ("one", "other"):
        document.cache_clear()
        app.test_cli_runner().invoke(args=["catalogue", str(tmp_path / name)])
        (file,) = (tmp_path / name).iterdir()
        written.append((file.name, file.read_bytes()))

    assert written[0] == written[1]


def test_the_version_changes_with_any_number():
    shown = {key: value for key, value in document().items() if key != "version"}
    changed = json.loads(json.dumps(shown))
    changed["materials"][0]["density"]["value"] += 1

    assert version_of(shown) == document()["version"]
    assert version_of(changed) != document()["version"]
    assert version_of(json.loads(json.dumps(shown))) == document()["version"]
