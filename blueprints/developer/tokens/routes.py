from typing import Any
from uuid import UUID

from blueprints.developer.door import door
from blueprints.developer.tokens.schemas import Token, TokenAsked, TokenMade
from blueprints.http.identity import actor
from blueprints.http.schemas import Query, page_of
from marketplace.accounts import queries
from marketplace.accounts import tokens as service
from marketplace.accounts.models import ApiToken
from marketplace.accounts.tokens import NewToken
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction

tokens = door.room("tokens", "Credentials of programs, each for one organisation.")


@tokens.get("")
@tokens.arguments(Query, location="query")
@tokens.response(200, page_of(Token))
def list_tokens(asked: PageRequest) -> Page[ApiToken]:
    """Your tokens for this organisation; its owners see everybody's."""
    return queries.tokens(actor(), asked)


@tokens.post("")
@tokens.arguments(TokenAsked)
@tokens.response(201, TokenMade)
def create_token(terms: NewToken) -> dict[str, Any]:
    """Make a token. Its secret is shown this once; it can do no more than you can, and ends when you leave."""
    with transaction():
        token, secret = service.create(terms, by=actor())
    return {"secret": secret, "token": token}


@tokens.delete("/<uuid:token_id>")
@tokens.response(204)
def revoke_token(token_id: UUID) -> None:
    """End a token at once (your own; owners, anybody's)."""
    who = actor()
    with transaction():
        service.revoke(queries.token(who, token_id), by=who)
