from functools import partial

from blueprints.http.identity import wearing
from blueprints.http.rooms import SESSION, TOKEN, Door
from marketplace.kernel.actor import Hat

door = Door("factory", guard=partial(wearing, Hat.FACTORY), security=(SESSION, TOKEN))
