"""From a part to a routing: which process plans it, and the bounds that every routing keeps."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from marketplace.costing import milling, printing
from marketplace.costing.bounds import check_lot, check_part, check_quantity
from marketplace.costing.constants import constants, sources
from marketplace.costing.errors import RoutingUnknown
from marketplace.costing.steps import Constants
from marketplace.costing.values import MaterialFacts, Operation, PartFacts, Routing, Variable


class Planner(Protocol):
    """A module that plans one process."""

    def operations(self, facts: PartFacts, material: MaterialFacts, k: Constants, /) -> tuple[Operation, ...]: ...

    def material_mg(self, facts: PartFacts, material: MaterialFacts, k: Constants, /) -> int: ...

    def material_variables(
        self, facts: PartFacts, material: MaterialFacts, k: Constants, /
    ) -> tuple[Variable, ...]: ...


PLANNERS: Mapping[str, Planner] = MappingProxyType({"cnc_milling": milling, "fdm": printing})
PRICE_SOURCES = ("request", "measured", "computed", "rate_card", "platform", "subtotal")


def route(process_id: str, material: MaterialFacts, facts: PartFacts, quantity: int) -> Routing:
    """The operations that make `quantity` pieces of a part, with times in milliminutes and mass in milligrams.

    Raises RoutingUnknown, QuantityOutOfRange, PartFactsImpossible, PartTooLarge, LotTooLarge.
    """
    if process_id not in PLANNERS:
        raise RoutingUnknown(f"There is no routing for {process_id!r}.", known=sorted(PLANNERS))
    planner, k = PLANNERS[process_id], constants(process_id)
    check_quantity(quantity)
    check_part(facts, largest_side_mm=k["largest_side"].value)
    operations, variables = planner.operations(facts, material, k), planner.material_variables(facts, material, k)
    routing = Routing(
        process=process_id,
        material=material.id,
        title=material.name,
        quantity=quantity,
        operations=operations,
        material_mg_each=planner.material_mg(facts, material, k),
        variables=variables,
        sources=legend(variables, operations),
    )
    check_lot(time_mmin=routing.total_mmin(), mass_mg=quantity * routing.material_mg_each)
    return routing


def legend(variables: tuple[Variable, ...], operations: tuple[Operation, ...]) -> dict[str, str]:
    """The part of the source legend that a routing's variables and its prices point into."""
    used = {variable.source for variable in variables}
    used.update(variable.source for operation in operations for variable in operation.variables)
    return {key: text for key, text in sources().items() if key in used or key in PRICE_SOURCES}
