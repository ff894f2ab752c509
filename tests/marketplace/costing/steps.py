"""Finding a step of a routing by its name."""

from marketplace.costing.values import Operation, Routing


def step(routing: Routing, name: str) -> Operation:
    return next(operation for operation in routing.operations if operation.name == name)
