"""Demo data: a small chain that looks alive, made through the services."""
