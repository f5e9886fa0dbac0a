"""`make bench`: what Matinee costs, against its bounds. docs/performance.md keeps the figures and how they were taken."""
