"""The base of every business fact that stops a use case."""


class DomainError(Exception):
    """A fact that stops a use case; one subclass a fact, carrying its data as attributes.

    Each subclass lives in the domain module of its noun. `api/problems.py` maps every one of them to a
    problem of the API, and a test holds that table complete.
    """
