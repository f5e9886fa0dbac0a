"""The page on AWS: a private bucket, CloudFront before it and before the API, and what is uploaded.

python -m infra.site        writes .build/site.json, as it goes to CloudFormation
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import yaml
from botocore.exceptions import ClientError

from infra import site_headers
from infra.build import BUILD
from infra.deploy import Bucket, DeployFailed, deploy
from infra.keys import Secret

HERE = Path(__file__).parent
INDEX = "index.html"
# The more are told apart, the dearer; beyond this the whole site is told.
_FEW_PATHS = 10


@dataclass(frozen=True, slots=True)
class File:
    """One file of the page, as it is uploaded."""

    key: str
    content: bytes
    content_type: str
    cache_control: str

    @property
    def made_from(self) -> str:
        told = "\0".join((self.content_type, self.cache_control)).encode()
        return hashlib.sha256(told + b"\0" + self.content).hexdigest()


def template() -> dict[str, Any]:
    """infra/site.yaml with the headers and the function's code."""
    made: dict[str, Any] = yaml.safe_load((HERE / "site.yaml").read_text())
    resources = made["Resources"]
    resources["Routes"]["Properties"]["FunctionCode"] = function_code()
    transport = {
        "StrictTransportSecurity": {
            "AccessControlMaxAgeSec": site_headers.HSTS_SECONDS,
            "IncludeSubdomains": True,
            "Override": True,
        }
    }
    page = resources["PageHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    page |= _page_headers(site_headers.security_headers(), transport)
    api = resources["ApiHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    api["SecurityHeadersConfig"] = transport | {"ContentTypeOptions": {"Override": True}}
    return made


def function_code() -> str:
    return f"var ROUTE = new RegExp({json.dumps(site_headers.ROUTE)})\n{(HERE / 'routes.js').read_text()}"


def _page_headers(headers: Mapping[str, str], transport: Mapping[str, Any]) -> dict[str, Any]:
    """CloudFront has words of its own for some headers and refuses them among the others."""
    others = dict(headers)
    security = {
        "ContentSecurityPolicy": {
            "ContentSecurityPolicy": others.pop("Content-Security-Policy"),
            "Override": True,
        },
        "ContentTypeOptions": {"Override": others.pop("X-Content-Type-Options") == "nosniff"},
        "ReferrerPolicy": {"ReferrerPolicy": others.pop("Referrer-Policy"), "Override": True},
        **transport,
    }
    custom = [{"Header": name, "Value": value, "Override": True} for name, value in others.items()]
    return {"SecurityHeadersConfig": security, "CustomHeadersConfig": {"Items": custom}}


def write_template() -> Path:
    BUILD.mkdir(exist_ok=True)
    path = BUILD / "site.json"
    path.write_text(json.dumps(template(), indent=1))
    return path


def deploy_stack(
    bucket: Bucket, stage: str, api_url: str, secret: Secret, settings: Mapping[str, str]
) -> dict[str, str]:
    """Returns its outputs: Bucket, DistributionId, DomainName.

    `settings` are the template's own parameters, Domain and Certificate among them. Raises DeployFailed.
    """
    host = urlsplit(api_url).hostname or ""
    told = {"Stage": stage, "ApiDomain": host, "SecretArn": secret.arn, "SecretVersion": secret.version}
    return deploy(stack_name(stage), bucket.upload_template(write_template()), told | dict(settings))


def stack_name(stage: str) -> str:
    return f"matinee-{stage}-site"


def files(dist: Path) -> list[File]:
    """In the order they are uploaded: a page never names what is not there yet, so index.html comes last.

    Raises DeployFailed for a file of a type that nobody has thought of.
    """
    found = []
    for path in sorted(each for each in dist.rglob("*") if each.is_file()):
        key = path.relative_to(dist).as_posix()
        if path.suffix not in site_headers.CONTENT_TYPES:
            raise DeployFailed(f"{path} has a type that infra/site_headers.py does not know")
        cache_control = site_headers.cache_control(f"/{key}")
        content_type = site_headers.CONTENT_TYPES[path.suffix]
        found.append(File(key, path.read_bytes(), content_type, cache_control))
    lasting = (site_headers.IMMUTABLE, site_headers.SHORT, site_headers.REVALIDATED)
    return sorted(found, key=lambda file: (file.key == INDEX, lasting.index(file.cache_control), file.key))


def upload(bucket: str, dist: Path) -> list[str]:
    """Returns the keys of what was uploaded: what is there already stays, and so does what is no longer in dist.

    Somebody may still have the page of yesterday open, which loads its parts when they are needed.
    """
    s3 = boto3.client("s3")
    uploaded = []
    for file in files(dist):
        if _made_from(s3, bucket, file.key) == file.made_from:
            continue
        s3.put_object(
            Bucket=bucket,
            Key=file.key,
            Body=file.content,
            ContentType=file.content_type,
            CacheControl=file.cache_control,
            Metadata={"made-from": file.made_from},
        )
        uploaded.append(file.key)
    return uploaded


def _made_from(s3: Any, bucket: str, key: str) -> str | None:
    try:
        found: dict[str, str] = s3.head_object(Bucket=bucket, Key=key)["Metadata"]
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
            return None
        raise DeployFailed(f"{key} can't be looked up in {bucket}: {error}") from error
    return found.get("made-from")


def invalidate(distribution: str, uploaded: list[str]) -> list[str]:
    """Have CloudFront forget what changed under its old name. Returns the paths that it was told."""
    paths = [f"/{key}" for key in uploaded if site_headers.cache_control(f"/{key}") != site_headers.IMMUTABLE]
    if not paths:
        return []
    if len(paths) > _FEW_PATHS:
        paths = ["/*"]
    boto3.client("cloudfront").create_invalidation(
        DistributionId=distribution,
        InvalidationBatch={
            "Paths": {"Quantity": len(paths), "Items": paths},
            "CallerReference": uuid.uuid4().hex,
        },
    )
    return paths


if __name__ == "__main__":
    print(f"{write_template().relative_to(HERE.parent)}")
