from dataclasses import fields

from marketplace.quoting.frozen import FrozenOffer
from marketplace.quoting.models import Offer

OF_ITS_QUOTE = {"currency", "quantity", "explained_by", "template", "because"}


def test_an_offer_is_read_with_every_column_that_it_has():
    columns = {column.key for column in Offer.__table__.columns}

    assert {field.name for field in fields(FrozenOffer)} == columns | OF_ITS_QUOTE
