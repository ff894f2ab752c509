"""Encrypting what must be kept and may not be read in the database: AES-256-GCM under a key of the settings.

The key is derived by HKDF (RFC 5869) from the secret key, so that it is another one than cookies are signed with. The
row's id is authenticated with it: a sealed text that is moved to another row does not open there.
"""

import base64
import os
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from marketplace.payouts.errors import BankDetailsUnreadable

PURPOSE: Final = b"commonforge: bank details, first key"
NONCE_BYTES: Final = 12


class Seal:
    """Seals and opens texts; made once for the process."""

    def __init__(self, secret: str) -> None:
        self._cipher = AESGCM(HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(secret.encode()))

    def seal(self, text: str, row_id: UUID) -> str:
        """A text that only this key opens, and only for this row."""
        nonce = os.urandom(NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), row_id.bytes)).decode()

    def open(self, sealed: str, row_id: UUID) -> str:
        """The text. Raises BankDetailsUnreadable under another key, for another row, or when it was changed."""
        raw = base64.b64decode(sealed)
        try:
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], row_id.bytes).decode()
        except InvalidTag as fault:
            raise BankDetailsUnreadable(
                "These bank details were sealed under another SECRET_KEY; set it again, or have them entered again."
            ) from fault
