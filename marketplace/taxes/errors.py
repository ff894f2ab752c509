from marketplace.kernel.errors import Conflict, NotFound, Rejected


class TaxNumberUnfit(Rejected):
    """A tax number whose form or check digits are not those of its country."""

    code = "tax_number_unfit"


class TaxCountryUnknown(Rejected):
    """A country whose tax this marketplace has no rate of."""

    code = "tax_country_unknown"


class TaxDayUnfit(Rejected):
    """A first or last day that would change what was decided on days that have passed."""

    code = "tax_day_unfit"


class TaxRegistrationOverlaps(Conflict):
    """The organisation is registered in that country on some of these days already."""

    code = "tax_registration_overlaps"


class TaxRegistrationEnded(Conflict):
    """The registration has an end already, and nothing that has passed is rewritten."""

    code = "tax_registration_ended"


class TaxRegistrationNotFound(NotFound):
    """There is no such registration where one looks."""

    code = "tax_registration_not_found"


class TaxRegistrationNotOfEu(Conflict):
    """VIES knows the numbers of member states only."""

    code = "tax_registration_not_of_eu"
