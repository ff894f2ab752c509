"""Walls of the house that a reader of a diff might not see fall."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import RelationshipProperty

import marketplace
from blueprints.app import DOORS
from blueprints.http.rooms import Room
from marketplace import bootstrap
from marketplace.jobs.queue import Task
from marketplace.jobs.worker import EVERY
from marketplace.kernel.database import Base
from marketplace.kernel.errors import Refusal

ROOT = Path(__file__).parents[2]
READING = re.compile(r"msgspec(\.\w+)?\.(convert|decode|Decoder)")


def sources(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.Module, name: str) -> list[int]:
    """Lines on which something of that name is called, as a function or a method."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and name in (getattr(node.func, "id", None), getattr(node.func, "attr", None))
    ]


def test_every_route_lies_in_a_room_behind_its_audience_door(application):
    for rule in application.url_map.iter_rules():
        room = application.blueprints[rule.endpoint.partition(".")[0]]
        assert isinstance(room, Room), f"{rule} is behind no door"
        assert room in room.door.rooms
        assert room.door in DOORS
        assert rule.rule.startswith(room.door.prefix + "/"), f"{rule} is outside its audience's address"


def test_every_room_asks_its_door_before_each_request(application):
    for door in DOORS:
        for room in door.rooms:
            assert application.before_request_funcs[room.name] == [door.guard]


def test_every_select_is_in_a_queries_module():
    strays = [
        f"{path.relative_to(ROOT)}:{line}"
        for path, tree in sources("marketplace", "blueprints")
        if "queries" not in (path.stem, path.parent.name)
        and "adapters" not in path.parts  # adapters know no tables; theirs is select(2)
        for line in calls(tree, "select")
    ]
    assert strays == []


def test_only_the_transaction_module_commits():
    committing = {
        str(path.relative_to(ROOT)) for path, tree in sources("marketplace", "blueprints") if calls(tree, "commit")
    }
    assert committing == {"marketplace/kernel/transaction.py"}


def test_types_of_records_are_worked_out_at_import_while_there_is_one_thread():
    """Two threads at which msgspec works a type out at once crash the process."""
    makers = {path: tree for path, tree in sources("marketplace", "blueprints") if readers(tree)}
    assert len(makers) > 4
    for path, tree in makers.items():
        made_at_import = [reader for node in tree.body if isinstance(node, ast.AnnAssign) for reader in readers(node)]
        assert readers(tree) == made_at_import, path


def readers(tree: ast.AST) -> list[str]:
    return [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call) and named(node.func, "RecordOf")]


def named(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def test_records_are_read_nowhere_else():
    found = {
        str(path.relative_to(ROOT))
        for path, tree in sources("marketplace", "blueprints", "stripe_sandbox")
        if any(READING.fullmatch(ast.unparse(node)) for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    }
    table_read_at_import = "marketplace/manufacturability/rules.py"
    assert found == {"marketplace/kernel/records.py", table_read_at_import}


def test_only_routes_workflows_and_the_house_itself_open_transactions():
    allowed = ("blueprints/", "marketplace/workflows/", "marketplace/kernel/")
    strays = [
        str(path.relative_to(ROOT))
        for path, tree in sources("marketplace", "blueprints")
        if calls(tree, "transaction") and not str(path.relative_to(ROOT)).startswith(allowed)
    ]
    assert strays == []


def test_schemas_never_ask_the_database():
    for path, tree in sources("blueprints"):
        if path.name == "schemas.py":
            imported = {
                getattr(node, "module", "") or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
            }
            assert not any({"queries", "database", "transaction"} & set(name.split(".")) for name in imported), path


def test_every_package_says_what_it_owns():
    for path, tree in sources("marketplace", "blueprints"):
        if path.name == "__init__.py" and len(path.relative_to(ROOT).parts) <= 3:
            assert ast.get_docstring(tree), f"{path} has no paragraph"


def test_every_task_has_a_handler_and_every_handler_a_task(config, application):
    handlers = bootstrap.handlers(bootstrap.ports(config))
    assert set(handlers) | {Task.RETRY_STALLED} == set(Task)
    assert set(EVERY) <= set(Task)


def test_relationships_never_load_by_surprise(application):
    for mapper in Base.registry.mappers:
        for relationship in mapper.relationships:
            assert isinstance(relationship, RelationshipProperty)
            assert relationship.lazy == "raise", f"{relationship} loads when looked at"


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for refusal in kind.__subclasses__():
        yield refusal
        yield from refusals(refusal)


@pytest.fixture
def every_refusal(application) -> list[type[Refusal]]:
    """All refusals of the house, once every module that defines some is imported."""
    for module in pkgutil.walk_packages(marketplace.__path__, "marketplace."):
        if module.name.endswith(".errors"):
            importlib.import_module(module.name)
    return [each for each in refusals() if each.__module__.startswith(("marketplace.", "blueprints."))]


def test_every_refusal_has_a_code_of_its_own(every_refusal):
    codes: dict[str, type[Refusal]] = {}
    for refusal in every_refusal:
        if "code" in vars(refusal) and codes.setdefault(refusal.code, refusal) is not refusal:
            pytest.fail(f"{refusal} and {codes[refusal.code]} share the code {refusal.code}")
        assert refusal.code.replace("_", "").isalnum()
        assert refusal.code == refusal.code.lower()


def test_every_refusal_says_in_a_sentence_what_happened(every_refusal):
    silent = [each.__qualname__ for each in every_refusal if not (each.__doc__ or "").rstrip().endswith(".")]
    assert silent == []


def test_patterns_of_what_people_send_match_the_whole_of_it():
    """`$` lets a line end pass behind it: a schema uses `http.fields.Matching`, or a pattern that ends in \\Z."""
    schemas = [path for path in (ROOT / "blueprints").rglob("*.py") if path.name != "fields.py"]
    loose = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in schemas
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "Regexp(" in line and "\\Z" not in line
    ]

    assert loose == []
