"""Deploys the sandbox provider: beside the local cloud's Matinee, and beside a stage on AWS that sells for show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from dev.payments import bundle
from dev.payments.sessions import LATE
from infra.deploy import Bucket, deploy

TEMPLATE = Path(__file__).with_name("template.yaml")


def deploy_provider(
    bucket: Bucket, stack: str, shop: str, pages: str, keys: Mapping[str, Any], late: timedelta = LATE
) -> dict[str, str]:
    """shop: the shop's origin, which gets the notices. pages: what its payment pages stand under. keys: the shop's
    secret. late: see sessions.chosen. Returns the stack's outputs."""
    archive = bundle.archive()
    key = bundle.object_key(archive)
    bucket.upload(key, archive)
    return deploy(
        stack,
        bucket.upload_template(TEMPLATE),
        {
            "CodeBucket": bucket.name,
            "CodeKey": key,
            "WebhookUrl": f"{shop}/api/v1/payments/webhook",
            "ApiKey": keys["payments_key"],
            "WebhookSecret": keys["payments_webhook_secret"],
            "PublicUrl": pages,
            "LateSeconds": str(int(late.total_seconds())),
        },
    )
