"""What every page is made of: a skeleton, facts, a form; everything that comes from outside is escaped."""

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import urlencode

from stripe_sandbox.money import DECIMALS
from stripe_sandbox.wire import Reply

SKELETON = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Local Stripe: {title}</title>
<style>body {{ font: 1rem/1.5 system-ui; max-width: 34rem; margin: 4rem auto; padding: 0 1rem }}
label {{ display: block; margin: .5rem 0 }}</style></head>
<body><h1>Local Stripe: {title}</h1><p>No real money, no real bank.</p>
{body}
</body></html>
"""


def page(title: str, *parts: str) -> Reply:
    """A page as the answer to a browser."""
    text = SKELETON.format(title=escape(title), body="\n".join(parts))
    return Reply(200, text.encode(), {}, "text/html; charset=utf-8")


def facts(**told: object) -> str:
    """A list of what there is to know."""
    rows = "".join(
        f"<dt>{escape(name.replace('_', ' '))}</dt><dd>{escape(str(each))}</dd>" for name, each in told.items()
    )
    return f"<dl>{rows}</dl>"


def form(buttons: Mapping[str, str], *fields: str) -> str:
    """A form; each button sends `do` with its name."""
    shown = " ".join(f'<button name="do" value="{escape(do)}">{escape(says)}</button>' for do, says in buttons.items())
    return f'<form method="post">{"".join(fields)}<p>{shown}</p></form>'


def choice(name: str, label: str, options: Mapping[str, str]) -> str:
    """A field to choose from; the first option is chosen."""
    shown = "".join(f'<option value="{escape(value)}">{escape(says)}</option>' for value, says in options.items())
    return f'<label>{escape(label)} <select name="{escape(name)}">{shown}</select></label>'


def text(name: str, label: str, value: str = "") -> str:
    """A field to write in."""
    return f'<label>{escape(label)} <input name="{escape(name)}" value="{escape(value)}"></label>'


def link(url: str, says: str) -> str:
    """A way to another page."""
    return f'<p><a href="{escape(url)}">{escape(says)}</a></p>'


def lines(rows: Iterable[str]) -> str:
    """A list of lines."""
    return "<ul>" + "".join(f"<li>{escape(row)}</li>" for row in rows) + "</ul>"


def amount(minor: int, currency: str) -> str:
    """Money as people write it."""
    decimals = DECIMALS[currency]
    whole, part = divmod(minor, 10**decimals)
    return f"{whole:,}" + (f".{part:0{decimals}}" if decimals else "") + f" {currency.upper()}"


def go_to(url: str | None, **more: str) -> Reply:
    """Send the browser on; without an address it stays where it is."""
    if not url:
        return page("done", "<p>Done. You can close this page.</p>")
    joint = "&" if "?" in url else "?"
    return Reply(303, b"", {"Location": f"{url}{joint}{urlencode(more)}" if more else url})
