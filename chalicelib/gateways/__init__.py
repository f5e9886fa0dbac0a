"""Payments, mail, secrets, signatures: one small interface each."""
