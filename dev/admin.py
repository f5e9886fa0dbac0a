"""Makes somebody an admin of the chain: the first one has nobody to ask.

    python -m dev.admin grant-admin ada@example.com
    python -m dev.admin revoke-admin ada@example.com

The environment names the stage's tables and the AWS account, as docs/runbook.md tells. Whoever may run this may write
the accounts table: that is the right it takes.
"""

from __future__ import annotations

import argparse
import sys

from chalicelib.domain.errors import Invalid, Unavailable
from chalicelib.domain.principals import NotFound
from chalicelib.settings import SettingMissing, Settings
from chalicelib.wiring import Wiring


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.admin", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for command, what in (("grant-admin", "make the user an admin"), ("revoke-admin", "take it back")):
        commands.add_parser(command, help=what).add_argument("email", help="of a verified account")
    chosen = parser.parse_args(arguments)
    is_admin = chosen.command == "grant-admin"
    try:
        wiring = Wiring(Settings.from_environment())
        user = wiring.accounts.make_admin(chosen.email, is_admin=is_admin)
    except NotFound:
        return _fail(
            f"no verified account has the address {chosen.email}: register it and use the mail's link"
        )
    except Invalid as error:
        return _fail(error.errors[0][1])
    except (SettingMissing, Unavailable) as error:
        return _fail(str(error))
    print(f"{user.email} is {'now' if is_admin else 'no longer'} an admin; they log in again to notice.")
    return 0


def _fail(why: str) -> int:
    print(f"admin: {why}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
