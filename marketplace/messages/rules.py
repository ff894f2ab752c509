"""How much is said at once."""

from typing import Final

LONGEST_TEXT: Final = 4000
MOST_FILES: Final = 10
"""With one message."""
TOLD: Final = 300
"""Characters of a message that its notice repeats."""
