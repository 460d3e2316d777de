"""What must not stand in the code: each rule has a planted line that it finds."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assessor.bootstrap import ROOT

SCRIPTS = sorted(ROOT.glob("static/*.js"))
CODE = sorted(ROOT.glob("assessor/**/*.py"))
TEMPLATES = sorted(ROOT.glob("templates/**/*.*"))

RULES = {
    "a view without the token": r"\bcsrf_exempt\b",
    "markup that is not escaped": r"\bmark_safe\(|\bSafeString\(",
    "text from a request as names of fields": r"\(\*\*\s*\w*(?:request|GET|POST)\b",
    "text from a request as an order": r"order_by\([^)]*(?:request|GET|POST)\b",
    "statements made of text": r"\.extra\(|\.raw\(|execute\(\s*f[\"']|execute\([^)]*%\s*\(",
    "code made of text": r"(?<![\w.])(?:eval|exec)\(|pickle\.loads|shell=True|marshal\.loads",
    "a PDF with a fetcher that lets everything through": r"\bHTML\((?!.*url_fetcher)",
    "an address made of what the request says": r"build_absolute_uri|get_current_site",
    "a file name of whoever sent it": r"open\([^)]*\.name\b",
    "certificates that are not looked at": r"verify=False|CERT_NONE",
}
IN_TEMPLATES = {
    "markup that is not escaped": r"\|\s*safe\b|autoescape off|safeseq",
    "script or style in the page": r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=\"",
    "something from elsewhere": r"(?:src|href)=\"(?:https?:)?//(?!www\.w3\.org)",
}
IN_SCRIPTS = {
    "text put in as markup": r"\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|DOMParse",
    "code made of text": r"\beval\(|new Function\(|set(?:Timeout|Interval)\([\"'`]",
}

EXPLAINED = {
    ("a view without the token", "assessor/views/staff/editions.py"): "the token is read later",
    ("markup that is not escaped", "assessor/templatetags/report_tags.py"): "a constant and files",
    ("statements made of text", "assessor/management/doctor/data.py"): "names from the code",
    ("statements made of text", "assessor/storage/checks.py"): "names from the code",
    ("statements made of text", "assessor/storage/condition.py"): "names from the code",
    ("statements made of text", "assessor/storage/moving.py"): "names of our own tables",
    ("markup that is not escaped", "templates/people/invitation.txt"): "a mail of plain text",
}


def found(rules: dict[str, str], path: Path, text: str) -> Iterator[str]:
    for rule, pattern in rules.items():
        if (rule, path.relative_to(ROOT).as_posix()) in EXPLAINED:
            continue
        for line in text.splitlines():
            if re.search(pattern, line) and not line.lstrip().startswith(("#", "from ", "import ")):
                yield f"{path.relative_to(ROOT)}: {rule}: {line.strip()}"


def test_the_code_keeps_the_rules() -> None:
    assert len(CODE) > 150
    assert [hit for path in CODE for hit in found(RULES, path, path.read_text())] == []


def test_the_templates_keep_the_rules() -> None:
    assert len(TEMPLATES) > 200
    kept = [path for path in TEMPLATES if path.name not in {"500.html", "styleguide.html"}]
    assert [hit for path in kept for hit in found(IN_TEMPLATES, path, path.read_text())] == []


def test_scripts_put_text_in_as_text() -> None:
    assert SCRIPTS
    assert [hit for path in SCRIPTS for hit in found(IN_SCRIPTS, path, path.read_text())] == []


PLANTED = {
    "a view without the token": "@csrf_exempt",
    "markup that is not escaped": "return mark_safe(answer)",
    "text from a request as names of fields": "rows.filter(**request.GET.dict())",
    "text from a request as an order": 'rows.order_by(request.GET["sort"])',
    "statements made of text": 'cursor.execute(f"SELECT {name}")',
    "code made of text": "eval(text)",
    "a PDF with a fetcher that lets everything through": "HTML(string=html).write_pdf()",
    "an address made of what the request says": "request.build_absolute_uri(path)",
    "a file name of whoever sent it": 'open(folder / file.name, "wb")',
    "certificates that are not looked at": "requests.get(url, verify=False)",
}
PLANTED_IN_SCRIPTS = {
    "text put in as markup": "region.innerHTML = answer;",
    "code made of text": 'setTimeout("save()", 10);',
}
PLANTED_IN_TEMPLATES = {
    "markup that is not escaped": "{{ answer|safe }}",
    "script or style in the page": '<p style="color: red">',
    "something from elsewhere": '<img src="https://evil.example/x">',
}


@pytest.mark.parametrize("rule", RULES)
def test_a_planted_line_is_found(rule: str) -> None:
    hits = list(found(RULES, ROOT / "assessor" / "planted.py", PLANTED[rule]))
    assert [hit.split(": ")[1] for hit in hits] == [rule]


@pytest.mark.parametrize("rule", IN_SCRIPTS)
def test_a_planted_line_in_a_script_is_found(rule: str) -> None:
    hits = list(found(IN_SCRIPTS, ROOT / "static" / "x.js", PLANTED_IN_SCRIPTS[rule]))
    assert [hit.split(": ")[1] for hit in hits] == [rule]


@pytest.mark.parametrize("rule", IN_TEMPLATES)
def test_a_planted_line_in_a_template_is_found(rule: str) -> None:
    hits = list(found(IN_TEMPLATES, ROOT / "templates" / "x.html", PLANTED_IN_TEMPLATES[rule]))
    assert [hit.split(": ")[1] for hit in hits] == [rule]


def test_what_is_explained_is_there() -> None:
    for rule, name in EXPLAINED:
        pattern = {**IN_TEMPLATES, **RULES}[rule] if name.endswith(".py") else IN_TEMPLATES[rule]
        assert re.search(pattern, (ROOT / name).read_text()), (rule, name)
