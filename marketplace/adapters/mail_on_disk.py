"""Mails as files in a folder, for a marketplace without a mail server: nothing is lost; any mail program reads them."""

from dataclasses import dataclass
from pathlib import Path

from marketplace.adapters.mail_letters import letter
from marketplace.kernel import transaction
from marketplace.notifications.ports import Mail


@dataclass(frozen=True, slots=True)
class MailOnDisk:
    """Writes each mail once into `folder`, which is made at the first; only the server's own account may look in."""

    folder: Path
    sender: str

    def send(self, mail: Mail) -> None:
        """Write a mail down; the same one again takes its own place."""
        transaction.outside()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{mail.id}.eml"
        passing = path.with_suffix(".arriving")
        passing.write_bytes(bytes(letter(mail, sender=self.sender)))
        passing.chmod(0o600)
        passing.replace(path)
