from marketplace.kernel.errors import Conflict, NotFound, Rejected, Throttled, Unauthenticated


class AddressTaken(Conflict):
    """Somebody has signed up with this address; told to the command line only, never over HTTP."""

    code = "address_taken"


class CredentialsWrong(Unauthenticated):
    """The address is unknown, or the password is another: nobody learns which."""

    code = "credentials_wrong"


class PasswordUnfit(Rejected):
    code = "password_unfit"


class CountryUnknown(Rejected):
    code = "country_unknown"


class LastOwner(Conflict):
    code = "last_owner"


class AlreadyMember(Conflict):
    code = "already_member"


class InvitationUnusable(NotFound):
    """Unknown, used, expired, withdrawn, or for another address: nobody learns which."""

    code = "invitation_unusable"


class StaffExists(Conflict):
    code = "staff_exists"


class TooManyTries(Throttled):
    code = "too_many_tries"
