"""Refusals of capability: what a work centre, its calendar and its rate card cannot be."""

from marketplace.kernel.errors import Conflict, NotFound, Rejected


class WorkCentreUnknown(NotFound):
    """There is no such work centre, or it is another factory's."""

    code = "work_centre_unknown"


class RateCardUnknown(NotFound):
    """The work centre has no such rate card."""

    code = "rate_card_unknown"


class WorkCentreNameTaken(Conflict):
    """Another work centre of the same factory bears this name."""

    code = "work_centre_name_taken"


class MaterialsMissing(Rejected):
    """A work centre that works no material makes nothing."""

    code = "materials_missing"


class TimeZoneUnknown(Rejected):
    """Not a zone of the IANA time zone database."""

    code = "time_zone_unknown"


class MachinesImpossible(Rejected):
    """Not a whole number of machines from 1 to 1,000."""

    code = "machines_impossible"


class EnvelopeImpossible(Rejected):
    """Not three extents in whole millimetres that a machine could have."""

    code = "envelope_impossible"


class ThicknessImpossible(Rejected):
    """Not a range of sheet thicknesses."""

    code = "thickness_impossible"


class CalendarEmpty(Rejected):
    """A calendar without hours opens nothing."""

    code = "calendar_empty"


class ShiftImpossible(Rejected):
    """A shift that ends before it starts, or is not written in whole minutes."""

    code = "shift_impossible"


class ShiftsOverlap(Rejected):
    """Two shifts of one day share time, so that their minutes would be counted twice."""

    code = "shifts_overlap"


class OnwardImpossible(Rejected):
    """A step that follows at a work centre takes time, at another work centre of the same house and time zone."""

    code = "onward_impossible"


class TimeZoneOfChain(Conflict):
    """Steps lead from this work centre to others, or from others to it: they share one time zone."""

    code = "time_zone_of_chain"


class MaterialPricesIncomplete(Rejected):
    """The card does not price exactly the materials of its work centre."""

    code = "material_prices_incomplete"


class LeadTimesContradict(Rejected):
    """A faster lead time of the card waits longer than a slower one, or costs less than it."""

    code = "lead_times_contradict"


class SlicerProfileNotForProcess(Conflict):
    """A slicer's profile is of printing, and the work centre does something else."""

    code = "slicer_profile_not_for_process"


class MachineClassUnknown(Rejected):
    """There is no such class of machines."""

    code = "machine_class_unknown"


class MachineClassNotForProcess(Rejected):
    """The class of machines is of another process than the work centre."""

    code = "machine_class_not_for_process"


class CurrencyNotSuggested(Rejected):
    """Usual rates are not known in this currency."""

    code = "currency_not_suggested"
