"""Accounts: registration, sessions, passwords, profiles, grants."""
