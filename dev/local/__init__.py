"""Matinee on one machine: the local cloud, what is deployed on it, and the proxy in front of it."""
