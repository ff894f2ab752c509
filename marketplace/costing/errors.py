"""Refusals of costing: what cannot be given an automatic price, and why."""

from marketplace.kernel.errors import NotFound, Rejected


class RoutingUnknown(NotFound):
    """There is no routing for this process."""

    code = "routing_unknown"


class QuantityOutOfRange(Rejected):
    """Fewer than one piece, or more than an automatic price covers."""

    code = "quantity_out_of_range"


class PartTooLarge(Rejected):
    """The part is larger than any machine of this process."""

    code = "part_too_large"


class PartFactsImpossible(Rejected):
    """The measurements contradict themselves: no such solid exists."""

    code = "part_facts_impossible"


class LotTooLarge(Rejected):
    """The whole lot is more work or material than an automatic price covers."""

    code = "lot_too_large"


class RateCardOutOfRange(Rejected):
    """A rate is negative or beyond anything a factory charges."""

    code = "rate_card_out_of_range"


class MaterialNotPriced(Rejected):
    """The rate card has no price for this material."""

    code = "material_not_priced"


class FinishNotPriced(Rejected):
    """The rate card has no price for a finish."""

    code = "finish_not_priced"


class NotDelivered(Rejected):
    """The factory does not deliver to that country."""

    code = "not_delivered"


class LeadTimeNotOffered(Rejected):
    """The rate card has no such lead time."""

    code = "lead_time_not_offered"


class ShapeNotForProcess(Rejected):
    """The part has not the shape that this process makes: not round enough to turn, not of sheet."""

    code = "shape_not_for_process"


class ConstantsImpossible(Rejected):
    """Constants of a work centre's own that no published one may have, or that make times without end or below zero."""

    code = "constants_impossible"


class InspectionUnknown(Rejected):
    """There is no such inspection level."""

    code = "inspection_unknown"


class ToleranceUnknown(Rejected):
    """There is no such tolerance class."""

    code = "tolerance_unknown"


class SizeHasNoTolerance(Rejected):
    """The standard of the tolerance class has no value for a size so small or so large."""

    code = "size_has_no_tolerance"


class ThicknessNotGiven(Rejected):
    """The file does not say how thick the sheet is, and nobody else has."""

    code = "thickness_not_given"


class ThicknessNotAsked(Rejected):
    """A thickness is asked for where the process does not work sheet."""

    code = "thickness_not_asked"


class ThicknessContradictsFile(Rejected):
    """The thickness asked for is not that of the sheet in the file."""

    code = "thickness_contradicts_file"


class ThicknessNotForMaterial(Rejected):
    """Sheet of this material is not worked as thick as that."""

    code = "thickness_not_for_material"


class ToleranceNotForProcess(Rejected):
    """The process does not hold this class of tolerance."""

    code = "tolerance_not_for_process"


class MaterialNotRouted(Rejected):
    """There are no figures of this material for the process."""

    code = "material_not_routed"


class ChargesOutOfRange(Rejected):
    """The platform's fee, the tax or a royalty is not between nothing and the whole price."""

    code = "charges_out_of_range"


class JobsOutOfRange(Rejected):
    """A calibration has fewer past jobs than can be believed, or more than it takes."""

    code = "jobs_out_of_range"


class JobImpossible(Rejected):
    """A past job is one that the process does not make, or the rate card does not price."""

    code = "job_impossible"


class TruthImpossible(Rejected):
    """What a past job is said to have taken differs beyond belief from what is computed: another unit, or a slip."""

    code = "truth_impossible"


class TreeDoesNotAdd(Rejected):
    """A price tree's lines do not explain its total."""

    code = "tree_does_not_add"


class BidOutOfRange(Rejected):
    """A bid's figures are negative, beyond anything a factory charges, or come to nothing."""

    code = "bid_out_of_range"


class SlicerProfileUnreadable(Rejected):
    """The text is not a slicer's profile, or a setting that prices depend on is missing from it."""

    code = "slicer_profile_unreadable"
