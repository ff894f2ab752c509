"""What puts jobs into order: our own priority rules, or the CP-SAT solver of OR-tools where the extra is installed."""

from importlib.util import find_spec

from marketplace.capacity import dispatching
from marketplace.capacity.dispatching import Schedule, Shop
from marketplace.capacity.ports import Sequencer


class ByRules:
    """Priority rules: bounded by tries, not by the clock, so that the same shop gives the same schedule."""

    def schedule(self, shop: Shop, *, seconds: float) -> Schedule:
        """The shortest schedule found by rules."""
        return dispatching.best(shop)


class ByConstraints:
    """CP-SAT (OR-tools): starts from what the rules found and proves or betters it until the time is over."""

    def __init__(self, workers: int = 0) -> None:
        self._workers = workers
        """Threads; 0: one for each core."""

    def schedule(self, shop: Shop, *, seconds: float) -> Schedule:
        """The shortest schedule found: never longer than that of the rules."""
        from ortools.sat.python import cp_model

        known = dispatching.best(shop)
        if not any(shop):
            return known
        model = cp_model.CpModel()
        ends = model.new_int_var(0, known.minutes, "ends")
        starts, on = [], dict[int, list[cp_model.IntervalVar]]()
        for tasks, hints in zip(shop, known.starts, strict=True):
            begun: list[cp_model.IntVar] = []
            ready: cp_model.LinearExprT = 0
            for task, hint in zip(tasks, hints, strict=True):
                start = model.new_int_var(0, known.minutes, "")
                model.add_hint(start, hint)
                model.add(start >= ready)
                on.setdefault(task.machine, []).append(model.new_fixed_size_interval_var(start, task.minutes, ""))
                ready = start + task.minutes
                begun.append(start)
            model.add(ready <= ends)
            starts.append(begun)
        for intervals in on.values():
            model.add_no_overlap(intervals)
        model.minimize(ends)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = self._workers
        if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return known
        found = tuple(tuple(solver.value(start) for start in begun) for begun in starts)
        return dispatching.pressed(shop, Schedule(found, dispatching.length(shop, found)))


def best_installed() -> Sequencer:
    """CP-SAT where it is installed, else the rules."""
    return ByConstraints() if find_spec("ortools") else ByRules()
