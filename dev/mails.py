"""Orders mails that the stream has forgotten, and lists those that were refused.

    python -m dev.mails order K7M2QX 9TWR04     every mail that follows from the bookings of these showtimes
    python -m dev.mails refused                 what the mail service will never send, and why

Ordering is safe at any time: the ledger lets each mail through once. The environment names the stage's tables and
the AWS account, as docs/runbook.md tells.
"""

from __future__ import annotations

import argparse
import sys

from chalicelib.domain.errors import Unavailable
from chalicelib.settings import SettingMissing, Settings
from chalicelib.stores import mails
from chalicelib.stores.bookings import Bookings
from chalicelib.wiring import Wiring


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.mails", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    order = commands.add_parser("order", help="order the mails of all bookings of these showtimes")
    order.add_argument("showtimes", nargs="+", metavar="SHOWTIME")
    commands.add_parser("refused", help="list the mails that are refused for good")
    chosen = parser.parse_args(arguments)
    try:
        wiring = Wiring(Settings.from_environment())
        if chosen.command == "refused":
            for mail in mails.all_refused():
                print(f"{mail.at:%Y-%m-%d %H:%M} {mail.reason} {mail.key}")
            return 0
        for showtime_id in chosen.showtimes:
            bookings = list(Bookings().of_showtime(showtime_id))
            for booking in bookings:
                wiring.notifications.booking_changed(None, booking)
            print(f"{showtime_id}: the mails of {len(bookings)} bookings are ordered")
    except (SettingMissing, Unavailable) as error:
        print(f"mails: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
