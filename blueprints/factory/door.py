from functools import partial

from blueprints.http.identity import speaking_for_machines, wearing
from blueprints.http.rooms import SESSION, TOKEN, Door
from marketplace.kernel.actor import Hat

door = Door("factory", guard=partial(wearing, Hat.FACTORY), security=(SESSION, TOKEN))
machines_door = Door("factory", guard=speaking_for_machines, security=(SESSION, TOKEN), prefix="/v1/machines")
"""For machines, whose tokens open nothing else."""
