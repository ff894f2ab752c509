"""From a part to a routing: which process plans it, and the bounds that every routing keeps."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Protocol

import numpy as np

from marketplace.costing import (
    bending,
    five_axis,
    laser,
    metal_powder,
    milling,
    moulding,
    powder,
    printing,
    resin,
    sheets,
    steps,
    turning,
)
from marketplace.costing.bounds import check_lot, check_part, check_quantity
from marketplace.costing.constants import constants, sources
from marketplace.costing.errors import ConstantsImpossible, RoutingUnknown, ShapeNotForProcess, ThicknessNotAsked
from marketplace.costing.sampling import level
from marketplace.costing.steps import Constants, named, takes_time, whole
from marketplace.costing.tolerances import tolerance
from marketplace.costing.values import (
    TIMES,
    Making,
    MaterialFacts,
    Operation,
    PartFacts,
    Routing,
    Spread,
    Variable,
    Whole,
)


class Planner(Protocol):
    """A module that plans one process.

    `k` are the constants of the process by name; the value of each may be a column, one row for each of many work
    centres: formulas take both (`np.minimum`, no Python branch on a constant), and give times of the same form.
    """

    def operations(
        self, facts: PartFacts, material: MaterialFacts, making: Making, k: Constants, /
    ) -> tuple[Operation, ...]: ...

    def material_mg(self, facts: PartFacts, material: MaterialFacts, making: Making, k: Constants, /) -> Whole: ...

    def material_variables(
        self, facts: PartFacts, material: MaterialFacts, making: Making, k: Constants, /
    ) -> tuple[Variable, ...]: ...

    def doubts(self, facts: PartFacts, material: MaterialFacts, making: Making, /) -> tuple[str, ...]: ...

    def spread(self, facts: PartFacts, material: MaterialFacts, making: Making, /) -> Spread: ...


PLANNERS: Mapping[str, Planner] = MappingProxyType(
    {
        "cnc_milling": milling,
        "cnc_milling_5axis": five_axis,
        "turning": turning,
        "laser_cutting": laser,
        "bending": bending,
        "fdm": printing,
        "sla": resin,
        "sls": powder,
        "mjf": powder,
        "metal_pbf": metal_powder,
        "injection_moulding": moulding,
    }
)
WORKS_SHEET: Final = frozenset({"laser_cutting", "bending"})
TAKES_DRAWINGS: Final = frozenset({"laser_cutting"})
PRICE_SOURCES = (
    "request",
    "measured",
    "computed",
    "rate_card",
    "platform",
    "tax_table",
    "licence",
    "subtotal",
    "line_above",
    "card",
)
NOTHING_OWN: Final[Constants] = MappingProxyType({})
RUN_FACTOR: Final = "run_time_factor"
SETUP_FACTOR: Final = "setup_time_factor"
"""Constants of every process: what its machine time and its set-up time are multiplied by."""


def route(
    process_id: str, material: MaterialFacts, facts: PartFacts, making: Making, own: Constants = NOTHING_OWN
) -> Routing:
    """The operations that make a lot of a part, with times in milliminutes and mass in milligrams.

    `own` replaces constants of the process by a work centre's, or by columns of several work centres'.
    Raises RoutingUnknown, QuantityOutOfRange, ToleranceUnknown, InspectionUnknown, PartFactsImpossible, PartTooLarge,
    LotTooLarge, ShapeNotForProcess, ToleranceNotForProcess, ThicknessNotGiven, ThicknessNotAsked,
    ThicknessContradictsFile, ThicknessNotForMaterial, MaterialNotRouted; ConstantsImpossible where own constants make
    no sense.
    """
    if process_id not in PLANNERS:
        raise RoutingUnknown(f"There is no routing for {process_id!r}.", known=sorted(PLANNERS))
    planner, k = PLANNERS[process_id], {**constants(process_id), **own}
    check_quantity(making.quantity)
    tolerance(making.tolerance)
    steps.tolerance(making, k)
    level(making.inspection)
    if facts.drawing is not None:
        facts = drawn(process_id, facts, making)
    elif making.thickness_mm is not None:
        check_thickness(process_id, facts, making.thickness_mm)
    check_part(facts, largest_side_mm=constants(process_id)["largest_side"].value)
    with making_sense(own):
        operations = tuple(factored(step, own) for step in planner.operations(facts, material, making, k))
        material_mg = planner.material_mg(facts, material, making, k)
        variables = planner.material_variables(facts, material, making, k)
    routing = Routing(
        process=process_id,
        material=material.id,
        title=material.name,
        making=making,
        operations=operations,
        material_mg_each=material_mg,
        variables=variables,
        part_mg_each=round(facts.volume_mm3 * material.density.value / 1000),
        area_mm2_each=round(facts.area_mm2),
        spread=planner.spread(facts, material, making),
        doubts=planner.doubts(facts, material, making),
        sources=legend(variables, operations),
    )
    check_sense(routing, own)
    check_lot(routing)
    return routing


def drawn(process_id: str, facts: PartFacts, making: Making) -> PartFacts:
    """A flat drawing as the sheet that it becomes. Raises ThicknessNotGiven; ShapeNotForProcess where depth matters."""
    if process_id not in TAKES_DRAWINGS:
        raise ShapeNotForProcess(
            "A flat drawing does not say how deep the part is; upload a solid, or have it cut flat."
        )
    return sheets.thickened(facts, making)


def check_thickness(process_id: str, facts: PartFacts, asked_mm: float) -> None:
    """What is asked of a solid is what its file says. Raises ThicknessNotAsked, ThicknessContradictsFile."""
    if process_id not in WORKS_SHEET:
        raise ThicknessNotAsked("The file says how thick this part is; ask for a thickness of flat drawings only.")
    if facts.sheet is not None:
        sheets.check_thickness(facts.sheet, asked_mm)


def factored(step: Operation, own: Constants) -> Operation:
    """The step as long as a work centre's own factors make it; as planned where it has none."""
    run, setup = own.get(RUN_FACTOR), own.get(SETUP_FACTOR)
    if run is not None and takes_time(step.machine_mmin_each):
        longer = whole(step.machine_mmin_each * run.value)
        step = replace(step, machine_mmin_each=longer, variables=(*step.variables, named("run time factor", run)))
    if setup is not None and takes_time(step.setup_mmin):
        longer = whole(step.setup_mmin * setup.value)
        step = replace(step, setup_mmin=longer, variables=(*step.variables, named("setup time factor", setup)))
    return step


@contextmanager
def making_sense(own: Constants) -> Iterator[None]:
    """Where constants are a work centre's own, arithmetic that ends nowhere is a refusal: ConstantsImpossible."""
    if not own:
        yield
        return
    try:
        with np.errstate(divide="raise", invalid="raise", over="raise"):
            yield
    except (ArithmeticError, ValueError) as flaw:
        raise senseless(own) from flaw


def check_sense(routing: Routing, own: Constants) -> None:
    """Raises ConstantsImpossible where constants of a work centre's own make a time or the material less than none."""
    if own:
        times = [getattr(step, name) for step in routing.operations for name in TIMES]
        if any(np.min(each, initial=0) < 0 for each in (*times, routing.material_mg_each)):
            raise senseless(own)


def senseless(own: Constants) -> ConstantsImpossible:
    """The refusal, with the names that are to blame."""
    return ConstantsImpossible(
        "With these constants the formulas of the process end nowhere; take some of them back.", constants=sorted(own)
    )


def legend(variables: tuple[Variable, ...], operations: tuple[Operation, ...]) -> dict[str, str]:
    """The part of the source legend that a routing's variables and its prices point into."""
    used = {variable.source for variable in variables}
    used.update(variable.source for operation in operations for variable in operation.variables)
    return {key: text for key, text in sources().items() if key in used or key in PRICE_SOURCES}
