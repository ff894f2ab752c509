from marketplace.kernel.errors import NotFound


class DocumentNotFound(NotFound):
    """There is no such invoice or credit note among yours."""

    code = "document_not_found"
