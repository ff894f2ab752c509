from blueprints.http.identity import known
from blueprints.http.rooms import SESSION, Door

door = Door("developer", guard=known, security=(SESSION,))
