from blueprints.http.identity import staff
from blueprints.http.rooms import SESSION, Door

door = Door("admin", guard=staff, security=(SESSION,))
