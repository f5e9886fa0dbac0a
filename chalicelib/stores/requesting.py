"""Makes requests to DynamoDB without working out, for each, what is the same for all of them.

botocore evaluates a tree of rules for the endpoint of each request, derives the day's signing key anew, and reads the
headers four times to sign them: a sixth of the CPU of a small call. What is sent is the same to the byte.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore.session
from botocore.auth import AUTH_TYPE_MAPS, SIGNED_HEADERS_BLACKLIST, SigV4Auth
from botocore.compat import get_current_datetime
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import ReadOnlyCredentials

_SIGNATURE = "v4-dynamodb"
_ALGORITHM = "AWS4-HMAC-SHA256"
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Signer(SigV4Auth):
    """Signature version 4 of a POST to "/" without a query, as all of DynamoDB's requests are; others as botocore does.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """

    def __init__(self, credentials: ReadOnlyCredentials, service_name: str, region_name: str) -> None:
        super().__init__(credentials, service_name, region_name)
        self._terms = f"{region_name}/{service_name}/aws4_request"

    def add_auth(self, request: AWSRequest) -> None:
        host = _host(request.url) if self.credentials else None
        if host is None or request.method != "POST" or request.params or not isinstance(request.data, bytes):
            super().add_auth(request)
            return
        now = get_current_datetime().strftime("%Y%m%dT%H%M%SZ")
        headers = request.headers
        del headers["Authorization"]
        for name, value in (("X-Amz-Date", now), ("X-Amz-Security-Token", self.credentials.token)):
            del headers[name]
            if value:
                headers[name] = value
        signed = {name.lower(): " ".join(value.split()) for name, value in headers.items()} | {"host": host}
        names = sorted(signed.keys() - SIGNED_HEADERS_BLACKLIST)
        listed = ";".join(names)
        lines = "".join(f"{name}:{signed[name]}\n" for name in names)
        canonical = f"POST\n/\n\n{lines}\n{listed}\n{sha256(request.data).hexdigest()}"
        scope = f"{now[:8]}/{self._terms}"
        to_sign = f"{_ALGORITHM}\n{now}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        key = _signing_key(self.credentials.secret_key, scope)
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        headers["Authorization"] = (
            f"{_ALGORITHM} Credential={self.credentials.access_key}/{scope}, "
            f"SignedHeaders={listed}, Signature={signature}"
        )


@lru_cache(maxsize=2)
def _signing_key(secret_key: str, scope: str) -> bytes:
    """The same for a day, or until the function's credentials change."""
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


@lru_cache(maxsize=2)
def _host(url: str) -> str | None:
    """As the header names it: the port only if it is not the scheme's own. None if the request is not for "/"."""
    parts = urlsplit(url)
    if parts.path not in ("", "/") or parts.query or parts.hostname is None or ":" in parts.hostname:
        return None
    port = parts.port
    return parts.hostname if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{parts.hostname}:{port}"


class _WithoutRules(Loader):
    """botocore then takes the endpoint that it found for the region, or was told, when the client was made."""

    def load_service_model(self, service_name: str, type_name: str, api_version: Any | None = None) -> Any:
        if type_name == "endpoint-rule-set-1":
            raise UnknownServiceError(service_name=service_name, known_service_names="none")
        return super().load_service_model(service_name, type_name, api_version)


def choose_signer(**_: object) -> str:
    """For the event of that name: all that DynamoDB takes is signed the same way."""
    return _SIGNATURE


def session() -> botocore.session.Session:
    """For a client that talks to one endpoint, and to which `choose_signer` is registered."""
    AUTH_TYPE_MAPS[_SIGNATURE] = Signer
    made = botocore.session.get_session()
    made.register_component("data_loader", _WithoutRules())
    return made
