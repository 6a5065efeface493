"""What the HTML pages of a marking and of a training share: one style sheet, light and dark, no script, no network."""

from pathlib import Path


def style_sheet() -> str:
    """The style sheet, for what stands in an element of the class ``deltarule``."""
    return Path(__file__).with_name("report.css").read_text(encoding="utf-8")


def whole_page(title: str, body: str) -> str:
    """A whole page of a title and an element, both in HTML already."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n"
        "<style>body{margin:0}</style>\n</head>\n<body>\n"
        f"{body}\n</body>\n</html>\n"
    )
