#!/bin/sh
# Finds a Python that fits and has it make the environments that are named: sh dev/env.sh app cloud
# The oldest has what the code uses; the newest is what Chalice, and with it the Lambda runtime, supports.
fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 15))'
for python in "$PYTHON" python3 python3.11 python3.12 python3.13 python3.14 python3.15 python; do
    if [ -n "$python" ] && "$python" -c "$fits" >/dev/null 2>&1; then
        exec "$python" "$(dirname "$0")/bootstrap.py" "$@"
    fi
done
echo "matinee: needs Python 3.11 to 3.15 (tested on 3.11); found $(python3 --version 2>&1). Name one: make PYTHON=/path/to/python3.11" >&2
exit 1
