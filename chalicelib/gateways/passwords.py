"""Password hashes: argon2id. The library is loaded at the first use, because few calls need it."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# OWASP's first choice for argon2id: 19 MiB, two passes, one lane; some 30 ms of one core.
MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1


class PasswordHashes:
    def hash(self, password: str) -> str:
        """With a salt of its own, in the PHC string format."""
        return self._hasher.hash(_spelled(password))

    def verify(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is the one. None stands for nobody's: it takes as long, and is never the one."""
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            self._hasher.verify(password_hash or self._nobodys, _spelled(password))
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)

    @cached_property
    def _nobodys(self) -> str:
        """A well-formed hash of the same cost that belongs to no password."""
        return f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$bm9ib2R5J3Mgc2FsdCE$" + "A" * 43


def _spelled(password: str) -> str:
    """Keyboards spell the same letter in several ways: one of them counts (RFC 8265)."""
    return unicodedata.normalize("NFC", password)
