"""The one logger: JSON lines for CloudWatch, the request's id in each. No personal data goes in."""

from __future__ import annotations

from aws_lambda_powertools import Logger

logger = Logger(service="matinee")
