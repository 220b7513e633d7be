"""Say whether the built documentation in ``site/`` would load anything from another server."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

SITE = Path(__file__).parents[1] / "site"

#: What a browser fetches by itself: links that a reader follows are free to lead anywhere.
ELSEWHERE = r"[\"']?(?P<{}>(?:https?:)?//[^\"')> ]+)"
FETCHED = {
    ".html": re.compile(
        r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc=" + ELSEWHERE.format("src") + "|"
        r"<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preconnect|preload|icon|dns-prefetch))[^>]*\bhref="
        + ELSEWHERE.format("link")
    ),
    ".css": re.compile(r"(?:@import\s+|url\()\s*" + ELSEWHERE.format("url")),
}


def requests() -> Iterator[str]:
    """Yield each request to another server, with the file that makes it."""
    for path in sorted(SITE.rglob("*")):
        for match in FETCHED[path.suffix].finditer(path.read_text(encoding="utf-8")) if path.suffix in FETCHED else ():
            yield f"{path.relative_to(SITE)}: {next(filter(None, match.groups()))}"


def main() -> int:
    """Print what was found."""
    if not (SITE / "index.html").exists():
        print("there is no site/; run mkdocs build first")
        return 2
    found = list(requests())
    print("\n".join(found) or "no request to another server")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
