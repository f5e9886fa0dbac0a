"""What is used to develop Matinee, and never packaged with it."""
