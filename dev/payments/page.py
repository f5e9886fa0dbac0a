"""The page on which a person pays, and lets the bank do what a trial of the shop needs. No script."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from html import escape
from urllib.parse import urlsplit

from .sessions import Choice, Order, Session, State

# ISO 4217: the currencies whose minor unit is not a hundredth.
_WITHOUT_DECIMALS = frozenset(
    (
        *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
        *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
    )
)
_WITH_THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])

_MAIN_CHOICES = (
    (Choice.APPROVE, "Pay {amount}", "The bank approves at once."),
    (Choice.DECLINE, "Decline", "The bank refuses for good; the shop may start another attempt."),
)
_OTHER_CHOICES = (
    (Choice.SLOW, "Approve slowly", "The bank takes 20 seconds."),
    (Choice.NEVER, "Never answer", "Nothing happens. The session ends by itself at {expires}."),
    (Choice.TWICE, "Approve, answer twice", "The shop gets the same notice two times."),
    (Choice.SILENT, "Approve, tell nobody", "The money is taken and the shop gets no notice."),
    (Choice.LATE, "Approve after the hold has lapsed", "The money is taken {late} after {expires}."),
    (Choice.CLOSED, "Approve; refunds will be refused", "The card's account is closed afterwards."),
    (Choice.SLOW_REFUND, "Approve; refunds take a minute", "Each refund is pending for 60 seconds."),
)
_ANSWERS = {
    State.PROCESSING: (
        "The bank is at work",
        "This payment cannot be stopped any more; the shop will hear of it.",
    ),
    State.PAID: ("Paid", "This payment is complete."),
    State.FAILED: ("Declined", "No money was taken. Go back to the shop to try again."),
    State.ENDED: ("This payment has ended", "No money was taken, and none can be any more."),
}

_STYLE = """
:root{color-scheme:light dark;--ink:#1c1b29;--dim:#5a586b;--paper:#fff;--ground:#f1f0f6;--line:#d6d4e0;
--accent:#4a3aa7;--on-accent:#fff;--alarm:#a3243b}
@media (prefers-color-scheme:dark){:root{--ink:#efeef6;--dim:#b3b0c6;--paper:#211f2e;--ground:#15141d;
--line:#454257;--accent:#b9aefc;--on-accent:#1b1633;--alarm:#ff9aab}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-width:30rem;margin:0 auto;padding:1.5rem 1rem 3rem}
.brand{margin:0 0 1rem;color:var(--dim);font-size:.875rem}
.card{background:var(--paper);border:1px solid var(--line);border-radius:1rem;padding:1.5rem}
p:last-child{margin-bottom:0}
h1{margin:0;font-size:1.125rem;font-weight:600}
h2{margin:2rem 0 .25rem;font-size:1rem}
.amount{margin:.25rem 0 0;font-size:2.25rem;font-weight:700;line-height:1.2}
.about{margin:.25rem 0 1.25rem;color:var(--dim);overflow-wrap:anywhere}
button,.back{display:block;width:100%;min-height:3rem;margin:.75rem 0 0;padding:.6rem 1rem;
border:1px solid var(--line);border-radius:.6rem;background:var(--paper);color:var(--ink);font:inherit;
text-align:left;cursor:pointer}
button b,button span{display:block}
button span{color:var(--dim);font-size:.875rem}
button:hover,.back:hover{border-color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.pay{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
.pay span{color:inherit}
.decline b{color:var(--alarm)}
.back{text-align:center;text-decoration:none;line-height:1.75rem}
.note{margin:.25rem 0 0;color:var(--dim);font-size:.875rem}
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def headers(session: Session | None) -> dict[str, str]:
    """Headers of the page: nothing runs, nothing is loaded, nothing is kept."""
    # Browsers hold a redirect that follows a form against form-action too: the shop's origin has to be in it.
    targets = "'self'"
    if session is not None and session.order is not None:
        shop = urlsplit(session.order.return_url)
        targets += f" {shop.scheme}://{shop.netloc}"
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
        f"form-action {targets}; frame-ancestors 'none'; base-uri 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def render(session: Session | None, late: timedelta) -> str:
    """The page of a session as it stands; None: there is no such session. `late`: see sessions.chosen."""
    if session is None:
        text = "<p class=about>Go back to the shop, and pay from your booking there.</p>"
        return _document("No such payment", f"<h1>There is no such payment</h1>{text}")
    order = session.order
    if order is None:
        title, text = _ANSWERS[State.ENDED]
        return _document(title, f"<h1>{title}</h1><p class=about>{text}</p>")
    if session.state is not State.OPEN:
        title, text = _ANSWERS[session.state]
        return _document(
            title, f"<h1>{title}</h1>{_about(order)}<p>{text}</p>{_back(order, 'Back to the shop')}"
        )
    return _document(
        f"Pay {amount_of(order)}",
        f"<h1>You pay</h1>{_about(order)}<form method=post>{_buttons(order, _MAIN_CHOICES, late)}"
        f"{_back(order, 'Back without paying')}"
        "<h2>Let the bank misbehave</h2><p class=note>For trying out the shop.</p>"
        f"{_buttons(order, _OTHER_CHOICES, late)}</form>",
    )


def amount_of(order: Order) -> str:
    """For people: "12.50 EUR"."""
    if order.currency in _WITHOUT_DECIMALS:
        return f"{order.minor} {order.currency}"
    decimals = 3 if order.currency in _WITH_THREE_DECIMALS else 2
    whole, part = divmod(order.minor, 10**decimals)
    return f"{whole}.{part:0{decimals}d} {order.currency}"


def _about(order: Order) -> str:
    return (
        f"<p class=amount>{amount_of(order)}</p>"
        f"<p class=about>{escape(order.description)}<br>Booking {escape(order.reference)}</p>"
    )


def _back(order: Order, words: str) -> str:
    return f'<a class=back href="{escape(order.return_url)}">{words}</a>'


def _buttons(order: Order, choices: tuple[tuple[Choice, str, str], ...], late: timedelta) -> str:
    words = {
        "amount": amount_of(order),
        "expires": f"{order.expires_at:%H:%M:%S} UTC",
        "late": _time(late),
    }
    looks = {Choice.APPROVE: " class=pay", Choice.DECLINE: " class=decline"}
    return "".join(
        f"<button name=choice value={choice}{looks.get(choice, '')}>"
        f"<b>{label.format(**words)}</b><span>{text.format(**words)}</span></button>"
        for choice, label, text in choices
    )


def _time(length: timedelta) -> str:
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    return f"{minutes} minutes" if minutes > 1 and not seconds else f"{int(length.total_seconds())} seconds"


def _document(title: str, content: str) -> str:
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{escape(title)} · Sandbox Pay</title>"
        '<meta name=viewport content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main>"
        "<p class=brand>Sandbox Pay · no real money moves here</p>"
        f"<div class=card>{content}</div></main></body></html>"
    )
