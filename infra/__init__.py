"""How Matinee is packaged and deployed."""
