"""The catalogue: cinemas, auditoriums, seating plans, movies, price lists."""
