from functools import partial

from blueprints.http.identity import wearing
from blueprints.http.rooms import SESSION, TOKEN, Door
from marketplace.kernel.actor import Hat

door = Door("customer", guard=partial(wearing, Hat.CUSTOMER), security=(SESSION, TOKEN))
