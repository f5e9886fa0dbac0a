"""Use cases, one module a capability."""
