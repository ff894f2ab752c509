"""Refusals of the quality record: what cannot be measured so, and what is closed."""

from marketplace.kernel.errors import Conflict, NotFound, Rejected


class RecordNotFound(NotFound):
    """There is no such quality record, or it is not yours and its customer has not published it."""

    code = "record_not_found"


class NotInProduction(Conflict):
    """The job is not in production (or just shipped), so nothing of it is measured."""

    code = "not_in_production"


class InspectionClosed(Conflict):
    """The job's last quality record is signed; nothing is added to it."""

    code = "inspection_closed"


class MeasuredAlready(Conflict):
    """This characteristic was measured on this piece at this stage; a correction names the entry it replaces."""

    code = "measured_already"


class NothingToCorrect(Conflict):
    """The entry to be corrected is no measurement of this characteristic on this piece, or was corrected before."""

    code = "nothing_to_correct"


class PieceScrapped(Conflict):
    """The piece was scrapped before."""

    code = "piece_scrapped"


class PieceUnknown(Rejected):
    """The job has no piece of this number: they are numbered from 1, and those that replace others go on from there."""

    code = "piece_unknown"


class RecordFull(Conflict):
    """The job's quality record holds as many entries as it can; attach further figures as a file."""

    code = "record_full"


class ShipmentRecorded(Conflict):
    """The shipment has its quality record already."""

    code = "shipment_recorded"


class CharacteristicUnknown(Rejected):
    """The plan has no characteristic of this number."""

    code = "characteristic_unknown"


class ValueUnfit(Rejected):
    """A characteristic with limits needs a figure and an instrument; one without needs a person's judgement."""

    code = "value_unfit"


class CalibrationOverdue(Rejected):
    """The instrument's calibration has run out, so its figures prove nothing."""

    code = "calibration_overdue"


class FiguresUnreadable(Rejected):
    """The table of measured values cannot be read; the details say in which line and why."""

    code = "figures_unreadable"


class ShipmentUnknown(Rejected):
    """The job has no such shipment, or the record is of a kind that names none."""

    code = "shipment_unknown"
