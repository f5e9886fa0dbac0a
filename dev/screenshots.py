"""Takes the pictures of docs/images anew (web/e2e/screenshots.tool.ts): python -m dev.screenshots

Of a Matinee of its own, or of the one that runs at BASE_URL.
"""

from __future__ import annotations

import sys

from dev.e2e import drive, the_sites
from infra.build import BUILD

if __name__ == "__main__":
    sys.exit(drive("screenshots", sys.argv[1:], the_sites(BUILD / "screenshots", short_times=False)))
