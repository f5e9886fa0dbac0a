"""What the page's files are sent with: by CloudFront on AWS, by Caddy on one machine. Both are made from this."""

from __future__ import annotations

import re

# Everything the page loads is ours, and nothing of it is inline. Styles that the page's own code sets on elements go
# through the CSSOM, which a policy does not concern.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
# What a shop has no use for, whoever gets to run in it. Payment is on the provider's own page.
_REFUSED = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in _REFUSED)
REFERRER_POLICY = "strict-origin-when-cross-origin"
HSTS_SECONDS = 2 * 365 * 24 * 3600

# Names under /assets/ hold the hash of their content.
IMMUTABLE = "public, max-age=31536000, immutable"
# Asked for anew each time; mostly answered by 304.
REVALIDATED = "no-cache"
# Posters and icons keep their names when they change.
SHORT = "public, max-age=300, stale-while-revalidate=86400"

# A path whose last part has no extension is a route of the page; what has one is a file, there or not. In the syntax that
# Python, Go and JavaScript share.
ROUTE = "/[^/.]*$"
# The first that fits a path counts, else SHORT.
CACHE_RULES = (
    ("^/assets/", IMMUTABLE),
    (ROUTE, REVALIDATED),
    ("\\.(?:html|webmanifest)$", REVALIDATED),
    ("^/sw\\.js$", REVALIDATED),
)


# By extension. A machine's own table of types would make answers differ from machine to machine.
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


def security_headers() -> dict[str, str]:
    """With every answer of the page. Strict-Transport-Security is beside them where there is TLS: on CloudFront."""
    return {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS_POLICY,
        "Referrer-Policy": REFERRER_POLICY,
        "X-Content-Type-Options": "nosniff",
    }


def cache_control(path: str) -> str:
    """path: of a URL, from its slash."""
    return next((value for rule, value in CACHE_RULES if re.search(rule, path)), SHORT)
