"""Everything a Lambda function of Matinee needs. `docs/architecture.md` maps the rooms."""
