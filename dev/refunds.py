"""Lists the refunds that the payment provider refuses for good: money that a person must pay back.

    python -m dev.refunds

Each line is booking/attempt; the environment names the stage's tables and the AWS account, as docs/runbook.md tells.
"""

from __future__ import annotations

import sys

from chalicelib.domain.errors import Unavailable
from chalicelib.settings import SettingMissing, Settings
from chalicelib.stores.clearances import RefusedRefunds


def main() -> int:
    try:
        Settings.from_environment()
        for reference in RefusedRefunds().references():
            print(reference)
    except (SettingMissing, Unavailable) as error:
        print(f"refunds: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
