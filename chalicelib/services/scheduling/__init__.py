"""Showtimes: making, changing, listing and reading them."""
