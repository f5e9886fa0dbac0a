"""The page on AWS: what CloudFront and the bucket are told, and what is uploaded in which order."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.api import openapi, sessions
from infra import site, site_headers, web
from infra.deploy import DeployFailed

# Go to the origin by themselves: "HTTP request headers and CloudFront behavior" in CloudFront's developer guide.
ALWAYS_SENT = {"content-type", "if-match", "if-none-match"}


def _properties(name: str) -> dict[str, Any]:
    properties: dict[str, Any] = site.template()["Resources"][name]["Properties"]
    return properties


def _distribution() -> dict[str, Any]:
    config: dict[str, Any] = _properties("Distribution")["DistributionConfig"]
    return config


def _api_behavior() -> dict[str, Any]:
    (behavior,) = _distribution()["CacheBehaviors"]
    assert behavior["PathPattern"] == "/api/*"
    return dict(behavior)


def _api_key() -> dict[str, Any]:
    policy = _properties("ApiCache")["CachePolicyConfig"]
    key: dict[str, Any] = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    return key


def _declared(place: str) -> Iterator[str]:
    """Names of the parameters that the API's document has in headers, or in cookies."""
    document = openapi.document()
    for scheme in document["components"]["securitySchemes"].values():
        if scheme.get("in") == place:
            yield scheme["name"]
    for methods in document["paths"].values():
        for operation in methods.values():
            yield from (each["name"] for each in operation["parameters"] if each["in"] == place)


def test_bucket_is_nobodys_but_cloudfronts() -> None:
    bucket = _properties("Files")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    statements = _properties("FilesPolicy")["PolicyDocument"]["Statement"]
    for statement in statements:
        if statement["Effect"] == "Allow":
            assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
            assert "AWS:SourceArn" in statement["Condition"]["StringEquals"]
            assert statement["Action"] in ("s3:GetObject", "s3:ListBucket")
    (refused,) = [each for each in statements if each["Effect"] == "Deny"]
    assert refused["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    (files, _) = _distribution()["Origins"]
    assert files["OriginAccessControlId"] == {"Fn::GetAtt": ["Access", "Id"]}


def test_cloudfront_sends_the_headers_that_make_run_sends() -> None:
    policy = _properties("PageHeaders")["ResponseHeadersPolicyConfig"]
    security = policy["SecurityHeadersConfig"]
    sent = {each["Header"]: each["Value"] for each in policy["CustomHeadersConfig"]["Items"]}
    sent["Content-Security-Policy"] = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    sent["Referrer-Policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    if "ContentTypeOptions" in security:
        sent["X-Content-Type-Options"] = "nosniff"
    assert sent == site_headers.security_headers()


def test_every_answer_is_for_tls_only() -> None:
    for name in ("PageHeaders", "ApiHeaders"):
        security = _properties(name)["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
        assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 365 * 24 * 3600
    assert _distribution()["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert _api_behavior()["ViewerProtocolPolicy"] == "https-only"


def test_policy_lets_nothing_run_that_is_inline_or_from_elsewhere() -> None:
    policy = site_headers.CONTENT_SECURITY_POLICY
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    sources = {source for directive in policy.split("; ") for source in directive.split()[1:]}
    assert sources == {"'none'", "'self'", "data:"}
    assert "script-src 'self';" in policy


@pytest.mark.parametrize("place", ["header", "cookie"])
def test_everything_that_the_api_reads_reaches_it(place: str) -> None:
    request = _properties("ApiRequest")["OriginRequestPolicyConfig"]
    if place == "header":
        passed = {*_api_key()["HeadersConfig"]["Headers"], *request["HeadersConfig"]["Headers"]}
        # A policy takes ten; these two go beside them.
        assert len(request["HeadersConfig"]["Headers"]) <= 10
        assert "cloudfront-viewer-address" in {name.lower() for name in passed}
    else:
        passed = {*request["CookiesConfig"]["Cookies"]}
        assert passed == {sessions.REFRESH_COOKIE, sessions.DEVICE_COOKIE}
    declared = {name.lower() for name in _declared(place)}
    assert declared
    assert declared <= {name.lower() for name in passed} | ALWAYS_SENT
    assert "host" not in {name.lower() for name in passed}


def test_answers_that_differ_by_caller_or_query_are_kept_apart() -> None:
    # view.py: Vary of whatever is public.
    assert _api_key()["HeadersConfig"]["Headers"] == ["Authorization", "Guest-Id"]
    assert _api_key()["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    for name in ("ApiCache", "FilesCache"):
        policy = _properties(name)["CachePolicyConfig"]
        assert (policy["MinTTL"], policy["DefaultTTL"]) == (0, 0)
    assert _api_behavior()["CachePolicyId"] == {"Ref": "ApiCache"}


def test_no_error_of_the_api_is_replaced_or_repeated_from_the_cache() -> None:
    errors = _distribution()["CustomErrorResponses"]
    assert {each["ErrorCode"] for each in errors} >= {403, 404, 500, 502, 503, 504}
    for error in errors:
        assert "ResponsePagePath" not in error
        assert error["ErrorCachingMinTTL"] == 0
    assert "FunctionAssociations" not in _api_behavior()


def test_key_of_the_edge_is_read_from_the_secret_and_follows_its_version() -> None:
    (_, api) = _distribution()["Origins"]
    (header,) = api["OriginCustomHeaders"]
    assert header["HeaderName"] == "Edge-Key"
    reference = header["HeaderValue"]["Fn::Sub"]
    assert reference == "{{resolve:secretsmanager:${SecretArn}:SecretString:edge_key::${SecretVersion}}}"


@pytest.mark.parametrize(
    ("path", "answered_by"),
    [
        ("/", "/index.html"),
        ("/movies/42", "/index.html"),
        ("/bookings/", "/index.html"),
        ("/v1.2/deep/route", "/index.html"),
        ("/assets/main-4f2a.js", "/assets/main-4f2a.js"),
        ("/posters/a.svg", "/posters/a.svg"),
        ("/movies/favicon.ico", "/movies/favicon.ico"),
    ],
)
def test_route_of_the_page_is_answered_by_its_index(path: str, answered_by: str) -> None:
    event = json.dumps({"request": {"uri": path, "querystring": {}}})
    script = f"{site.function_code()}\nconsole.log(handler({event}).uri)"
    done = subprocess.run(
        [*web.command_of("node"), "--eval", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{answered_by}\n"


def test_page_goes_up_after_everything_that_it_names(tmp_path: Path) -> None:
    for name in ("assets/main-1.js", "assets/z-1.css", "index.html", "posters/a.svg", "sw.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)

    found = site.files(tmp_path)

    order = [file.key for file in found]
    assert order == ["assets/main-1.js", "assets/z-1.css", "posters/a.svg", "sw.js", "index.html"]
    assert {file.key: file.content_type for file in found} == {
        "assets/main-1.js": "text/javascript; charset=utf-8",
        "assets/z-1.css": "text/css; charset=utf-8",
        "posters/a.svg": "image/svg+xml",
        "sw.js": "text/javascript; charset=utf-8",
        "index.html": "text/html; charset=utf-8",
    }
    assert [file.cache_control for file in found] == [
        site_headers.IMMUTABLE,
        site_headers.IMMUTABLE,
        site_headers.SHORT,
        site_headers.REVALIDATED,
        site_headers.REVALIDATED,
    ]


def test_file_of_an_unknown_type_is_refused(tmp_path: Path) -> None:
    (tmp_path / "archive.xyz").touch()
    with pytest.raises(DeployFailed, match=r"archive\.xyz has a type"):
        site.files(tmp_path)
