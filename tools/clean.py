"""`make clean`: stop the embedded servers under .var and delete their data, also where they live elsewhere."""

from marketplace.adapters import embedded_postgres
from tools.stack import ROOT


def main() -> None:
    """Erase every embedded server that has its home below .var."""
    for lock in sorted((ROOT / ".var").rglob("postgres/lock")):
        embedded_postgres.erase(lock.parent)
        print(f"deleted {lock.parent.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
