"""Files that people send, as a form (multipart/form-data): one file, and each field once."""

from typing import Any

from flask_smorest.fields import Upload as FileField
from marshmallow import ValidationError, pre_load
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import FileStorage

from blueprints.http.schemas import Accepts


class OneFile(FileField):  # type: ignore[misc]
    """A file of a form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> FileStorage:
        if not isinstance(value, FileStorage):
            raise ValidationError("Not a file: send it as a part of the form that has a file name.")
        return value


class Form(Accepts):
    """A form with a file."""

    @pre_load
    def once_each(self, sent: MultiDictProxy, **_: Any) -> MultiDictProxy:
        """Refuse a form that says the same thing twice: which one counts would be a guess."""
        twice = {field: ["Sent more than once."] for field in self.fields if len(sent.getlist(field)) > 1}
        if twice:
            raise ValidationError(twice)
        return sent
