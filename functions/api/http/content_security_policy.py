"""The Content-Security-Policy of the page and of the documentation. report_page/page.py sets that of report.html."""

from urllib.parse import urlsplit

from functions.api.settings import SignInSettings

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; connect-src {connections}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
#: Swagger UI's icons are data URLs.
POLICY_OF_DOCUMENTATION = _POLICY.format(images="'self' data:", connections="'self'")


def policy_of_page(settings: SignInSettings) -> str:
    """Allow only the page's own scripts and styles, and connections to itself and the sign-in service."""
    origins = {_origin(url) for url in (settings.sign_in_url, settings.sign_in_issuer) if url}
    return _POLICY.format(images="'self'", connections=" ".join(["'self'", *sorted(origins)]))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
