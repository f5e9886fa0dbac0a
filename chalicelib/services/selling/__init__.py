"""Selling: seats held, checked out, paid, given back. docs/selling.md is the prose of what these modules do."""
