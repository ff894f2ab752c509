"""Operations read off price trees: computed ones, a factory's own bids, and steps at other work centres."""

from marketplace.costing.bids import BidLine, Group, Per, price
from marketplace.production.operations import Elsewhere, Operation, operations


def bid(*lines):
    return price(lines, title="Bracket", pieces=25, currency="EUR", margin_bps=0, fee_bps=800).tree


def line(group, quantity, unit, per=Per.LOT):
    return BidLine(group=group, label=group.value, quantity=quantity, unit=unit, rate_minor=6_000, per=per)


def test_a_bids_times_are_added_for_lot_and_pieces_and_rounded_up():
    tree = bid(
        line(Group.MATERIAL, 1_000, "g"),
        line(Group.SETUP, 30, "min"),
        line(Group.MACHINE, 2_500, "min/1000", Per.PIECE),
        line(Group.OTHER, 1, "unit"),
    )

    assert operations(tree) == [Operation(1, "Set-up", 30), Operation(2, "Machine", 63)]


def test_steps_elsewhere_in_the_factory_follow_in_their_order():
    tree = bid(line(Group.SETUP, 30, "min"))

    assert operations(tree, [Elsewhere("Bending", 40)]) == [Operation(1, "Set-up", 30), Operation(2, "Bending", 40)]
