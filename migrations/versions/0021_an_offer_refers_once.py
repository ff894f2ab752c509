"""An offer refers to its listing, with the work centre and the factory that are the listing's, by one foreign key.

It were three, each looked up and locked for each of a quote's fifty offers, and none said that the three belong together.
Bids are indexed only where an offer has one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TOGETHER = ("fk_offers_listing_id_work_centre_id_factory_id_listings", "uq_listings_id_work_centre_id_organisation_id")
APART = (
    ("fk_offers_listing_id_listings", "listing_id", "listings"),
    ("fk_offers_work_centre_id_work_centres", "work_centre_id", "work_centres"),
    ("fk_offers_factory_id_organisations", "factory_id", "organisations"),
)


def upgrade() -> None:
    op.create_unique_constraint(op.f(TOGETHER[1]), "listings", ["id", "work_centre_id", "organisation_id"])
    op.create_foreign_key(
        op.f(TOGETHER[0]),
        "offers",
        "listings",
        ["listing_id", "work_centre_id", "factory_id"],
        ["id", "work_centre_id", "organisation_id"],
    )
    for name, _, _ in APART:
        op.drop_constraint(op.f(name), "offers", type_="foreignkey")
    op.drop_constraint(op.f("uq_offers_bid_id"), "offers", type_="unique")
    op.create_index(
        op.f("uq_offers_bid_id"), "offers", ["bid_id"], unique=True, postgresql_where=sa.text("bid_id is not null")
    )


def downgrade() -> None:
    op.drop_index(op.f("uq_offers_bid_id"), table_name="offers")
    op.create_unique_constraint(op.f("uq_offers_bid_id"), "offers", ["bid_id"])
    for name, column, table in APART:
        op.create_foreign_key(op.f(name), "offers", table, [column], ["id"])
    op.drop_constraint(op.f(TOGETHER[0]), "offers", type_="foreignkey")
    op.drop_constraint(op.f(TOGETHER[1]), "listings", type_="unique")
