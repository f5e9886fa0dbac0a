"""The base of every business fact that stops a use case."""


class DomainError(Exception):
    """A fact that stops a use case; one subclass a fact, carrying its data as attributes.

    Each subclass lives in the domain module of its noun. `api/problem_table.py` maps every one of them to a
    problem of the API, and a test holds that table complete.
    """


class Unavailable(DomainError):
    """Something we depend on is busy or out of reach; the same request may succeed after `retry_after_s`.

    Whether a write behind it happened is unknown: every use case can be repeated with the same key.
    """

    def __init__(self, what: str, retry_after_s: int = 1) -> None:
        super().__init__(f"{what} is busy. Repeat the same request in {retry_after_s} s.")
        self.retry_after_s = retry_after_s


class VersionStale(DomainError):
    """The object has changed since the caller read it."""

    def __init__(self, noun: str, current_version: int) -> None:
        super().__init__(
            f"The {noun} has changed since you read it. Read it again, then repeat with its new ETag."
        )
        self.noun = noun
        self.current_version = current_version


class Invalid(DomainError):
    """A payload that its schema admits and the rules do not. `errors` are (JSON pointer, what to change)."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("See errors: each says where and why.")
        self.errors = errors
