from blueprints.http.identity import member
from blueprints.http.rooms import SESSION, Door

door = Door("developer", guard=member, security=(SESSION,))
