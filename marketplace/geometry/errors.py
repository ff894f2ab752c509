"""Why a file of a part is refused. Each message is for the customer and names the way out."""

from marketplace.kernel.errors import Rejected


class EmptyFile(Rejected):
    """The file has no bytes."""

    code = "file_empty"


class FileTooLarge(Rejected):
    """The file has more bytes than we read."""

    code = "file_too_large"


class UnknownFileType(Rejected):
    """The content is none of the kinds that we measure, whatever the name says."""

    code = "file_type_unknown"


class TruncatedFile(Rejected):
    """The file stops before its end mark."""

    code = "file_truncated"


class LengthMismatch(Rejected):
    """A binary STL declares another number of triangles than it holds."""

    code = "file_length_mismatch"


class Unreadable(Rejected):
    """The file begins like a known type but does not follow its grammar."""

    code = "file_unreadable"


class NotFinite(Rejected):
    """Coordinates that are no numbers."""

    code = "file_not_finite"


class OutOfRange(Rejected):
    """Coordinates no machine part can have."""

    code = "file_out_of_range"


class NoGeometry(Rejected):
    """A well-formed file without any surface."""

    code = "file_no_geometry"


class TooComplex(Rejected):
    """More triangles, faces or holes than we measure."""

    code = "file_too_complex"
