"""A short campaign of damaged files; `make hostile` is the long one."""

import random

import pytest

from marketplace.geometry.outcomes import Crashed, Measured
from marketplace.geometry.values import FileKind
from tools import made_parts
from tools.hostile.__main__ import report
from tools.hostile.campaign import Campaign, good_files
from tools.hostile.mutations import MUTATIONS, mutated

SEED, COUNT = 20_261_123, 60


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return good_files(made_parts.write(tmp_path_factory.mktemp("made")))


def test_damaged_files_cost_an_error_message_and_nothing_else(kernel, good, tmp_path):
    tally = Campaign(kernel, good, tmp_path, seed=SEED).run(0, COUNT, threads=2)

    assert tally.faults == [], report(tally)
    assert sum(tally.outcomes.values()) == COUNT
    assert tally.good_after >= COUNT
    assert {kind for kind, _ in tally.outcomes} == set(FileKind)


def test_a_number_of_a_seed_is_always_the_same_file(good):
    for part in good:
        assert mutated(part.kind, part.content, random.Random("7/1")) == mutated(
            part.kind, part.content, random.Random("7/1")
        )


@pytest.mark.parametrize("kind", list(FileKind))
def test_every_mutation_changes_the_file_sooner_or_later(good, kind):
    parts = [part.content for part in good if part.kind is kind]
    for mutate in set(MUTATIONS[kind]):
        assert any(mutate(random.Random(seed), content) != content for seed in range(40) for content in parts), mutate


class Faulty:
    """A kernel that measures two good files, then crashes on everything."""

    zygote_pid = 0

    def __init__(self, kernel):
        self.kernel, self.calls = kernel, 0

    def measure(self, path, kind):
        self.calls += 1
        return self.kernel.measure(path, kind) if self.calls <= 2 else Crashed(11)


def test_a_kernel_that_does_not_come_back_is_a_fault(kernel, good, tmp_path):
    tally = Campaign(Faulty(kernel), good, tmp_path, seed=SEED).run(0, 2)

    assert len(tally.faults) == 4
    assert tally.good_after == 0
    assert "FAULT" in report(tally)
    assert Measured.__name__.lower() not in {end for _, end in tally.outcomes}
