"""Where the key that signs quality records is kept: in the settings, or in a file that this machine made for itself."""

import contextlib
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from marketplace.quality.signing import SEED_BYTES, SigningKey


@dataclass(frozen=True, slots=True)
class GivenKey:
    """The key that the settings gave."""

    seed: bytes = field(repr=False)

    def key(self) -> SigningKey:
        return SigningKey(self.seed)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key in a file that only the server's own account may read, made at its first use."""

    path: Path

    def key(self) -> SigningKey:
        """The key of the file. Raises ValueError if the file is no key: it is never made anew over another."""
        try:
            seed = self.path.read_bytes()
        except FileNotFoundError:
            seed = self._made()
        if len(seed) != SEED_BYTES:
            raise ValueError(f"{self.path} is no signing key of {SEED_BYTES} bytes")
        return SigningKey(seed)

    def _made(self) -> bytes:
        """Of two processes that make it at once one wins, and both use the winner's: a link never replaces a file."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".key-", dir=self.path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(SEED_BYTES))
                file.flush()
                os.fsync(descriptor)
            with contextlib.suppress(FileExistsError):
                self.path.hardlink_to(name)
        finally:
            Path(name).unlink()
        return self.path.read_bytes()
