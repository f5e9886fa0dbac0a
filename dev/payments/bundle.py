"""The provider's functions as one archive. They need boto3 alone, which the Lambda runtime brings."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
# For tests and for building only: they import what is not in the archive.
LEFT_OUT = {"in_process.py", "bundle.py", "stack.py"}


def archive() -> bytes:
    """The archive: `payments/*.py`, the same bytes for the same sources, whenever and wherever it is made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path in sorted(HERE.glob("*.py")):
            if path.name not in LEFT_OUT:
                entry = zipfile.ZipInfo(f"payments/{path.name}", date_time=(2020, 1, 1, 0, 0, 0))
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                bundle.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def object_key(content: bytes) -> str:
    """The name of the archive in the bucket of artifacts: another content has another, and is deployed anew."""
    return f"payments-sandbox/{hashlib.sha256(content).hexdigest()[:16]}.zip"
