from marketplace.kernel.errors import Conflict, Forbidden, NotFound, Rejected, Throttled, Unauthenticated


class AddressTaken(Conflict):
    """Somebody has signed up with this address; told to the command line only, never over HTTP."""

    code = "address_taken"


class CredentialsWrong(Unauthenticated):
    """The address is unknown, or the password is another: nobody learns which."""

    code = "credentials_wrong"


class PasswordUnfit(Rejected):
    """The new password is too short, too common, or made of the address."""

    code = "password_unfit"


class CountryUnknown(Rejected):
    """Not a country of ISO 3166-1."""

    code = "country_unknown"


class LastOwner(Conflict):
    """The organisation would be left without an owner."""

    code = "last_owner"


class AlreadyMember(Conflict):
    """The person belongs to the organisation already."""

    code = "already_member"


class InvitationUnusable(NotFound):
    """Unknown, used, expired, withdrawn, or for another address: nobody learns which."""

    code = "invitation_unusable"


class StaffExists(Conflict):
    """The marketplace has staff already; told to the command line only."""

    code = "staff_exists"


class TooManyTries(Throttled):
    """Too many tries in too short a time; `retry_after_s` says when the next one counts."""

    code = "too_many_tries"


class SignInNotFresh(Forbidden):
    """It takes a person who has just logged in; `fresh_for_s` says how long that counts."""

    code = "sign_in_not_fresh"


class OrganisationNotFound(NotFound):
    """There is no organisation of this id."""

    code = "organisation_not_found"


class VerificationNotFound(NotFound):
    """The business is not verified, so that nothing can be withdrawn."""

    code = "verification_not_found"


class NoCompany(Conflict):
    """Only companies are verified as businesses."""

    code = "not_a_company"


class NumberUnfit(Rejected):
    """No register has this number: its form or check digits are not right, or nobody here can check them."""

    code = "business_number_unfit"
