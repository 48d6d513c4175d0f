"""What holds for the repository as a whole: no traces of a machine, small files, true documents."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from proxy.cli import COMMANDS
from proxy.config.yamlfile import read

ROOT = Path(__file__).parents[1]
LONGEST = 400
"""Lines of a source file; longer ones are split by idea."""
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-detoxify.txt")
MACHINE = re.compile(
    r"(?<![\w.{~}])/(?:home/(?!linuxbrew)\w|Users/\w|root/|work/|tmp/\w|mnt/\w)|[A-Z]:\\Users",
    re.ASCII,
)
"""Paths that exist on one machine only."""
ADDRESS = re.compile(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host", re.ASCII)
CREDENTIAL = re.compile(r"(?:sk|pk|gsk|hf|ghp|xox[bp])[-_][A-Za-z0-9]{24,}|AKIA[A-Z0-9]{16}")
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s]+)\)")
SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
ITEM = re.compile(r"\n\n|\n(?=[-*|] ?|\d+\. )")
"""Between two paragraphs, items of a list or rows of a table."""
TARGET = re.compile(r"^([a-z-]+):.*## ", re.MULTILINE)


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or would be, committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("no git here, or no checkout")
    found = (ROOT / name for name in done.stdout.split("\0") if name)
    return tuple(path for path in found if path.is_file())


def texts(*suffixes: str) -> list[tuple[Path, str]]:
    """Files with one of these ends (all, without any), and what they hold."""
    found = []
    for path in files():
        if not suffixes or path.suffix in suffixes or path.name in suffixes:
            try:
                found.append((path.relative_to(ROOT), path.read_text(encoding="utf-8")))
            except UnicodeDecodeError:
                continue
    return found


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    found = [
        f"{path}: {match.group()}"
        for path, text in texts()
        if path.name != Path(__file__).name
        for match in [MACHINE.search(text)]
        if match
    ]
    assert found == []


def test_no_file_holds_what_looks_like_a_key() -> None:
    found = [str(path) for path, text in texts() if CREDENTIAL.search(text)]
    assert found == []


@pytest.mark.parametrize("name", LOCKS)
def test_the_locks_name_no_address_and_pin_everything(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not ADDRESS.search(text)
    pins = re.findall(
        r"^[a-z0-9][^\s;]*(?: ;[^\\\n]*)? \\\n(?: +--hash=sha256:[0-9a-f]{64})", text, re.MULTILINE
    )
    requirements = re.findall(r"^[A-Za-z0-9].*$", text, re.MULTILINE)
    assert len(pins) == len(requirements) > 50
    assert all("==" in line for line in requirements)


def test_source_files_are_small() -> None:
    sources = texts(".py", "Makefile", ".sh")
    found = {str(path): text.count("\n") for path, text in sources if text.count("\n") > LONGEST}
    assert found == {}


def test_links_between_documents_resolve() -> None:
    broken = []
    for path, text in texts(".md"):
        for target in LINK.findall(text):
            name, _, anchor = target.partition("#")
            there = ROOT / path.parent / name if name else ROOT / path
            if not there.exists() or (anchor and anchor not in anchors(there)):
                broken.append(f"{path}: {target}")
    assert broken == []


def test_french_documents_say_which_links_lead_to_english_ones() -> None:
    silent = []
    for path, text in texts(".md"):
        if path.name.endswith(".fr.md"):
            for item in ITEM.split(text):
                targets = [target.partition("#")[0] for target in LINK.findall(item)]
                english = [one for one in targets if re.search(r"(?<!\.fr)\.md$", one)]
                if english and "anglais" not in item and "In English" not in item:
                    silent.append(f"{path}: {english}")
    assert silent == []


def anchors(document: Path) -> set[str]:
    """The names under which a Markdown file's headings can be linked to."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def commands(text: str) -> list[list[str]]:
    """The words of each command in the shell blocks of a document."""
    lines = "".join(SHELL.findall(text)).replace("\\\n", " ").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def test_every_command_in_the_documents_exists() -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    unknown = []
    for path, text in texts(".md"):
        for words in commands(text):
            plain = [word for word in words if "=" not in word]
            if plain[0] == "make" and not set(plain[1:]) <= targets:
                unknown.append(f"{path}: {' '.join(words)}")
            if Path(plain[0]).name == "jauge" and plain[1] not in COMMANDS:
                unknown.append(f"{path}: {' '.join(words)}")
    assert unknown == []


def test_inline_commands_exist_too() -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    unknown = [
        f"{path}: {kind} {name}"
        for path, text in texts(".md")
        for kind, name in re.findall(r"`(?:\.venv/bin/)?(make|jauge) ([a-z][a-z-]*)", text)
        if name not in (targets if kind == "make" else COMMANDS)
    ]
    assert unknown == []


def test_make_help_lists_every_command() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    listed = {line.split()[1] for line in done.stdout.splitlines()}
    assert listed == set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    assert {"run", "demo", "test", "check", "bench", "help"} <= listed


def test_scripts_are_sound() -> None:
    for script in (ROOT / ".ci" / "run", ROOT / "deploy" / "lock.sh"):
        subprocess.run(["bash", "-n", script], check=True)
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_the_french_readme_follows_the_english_one() -> None:
    english = commands((ROOT / "README.md").read_text(encoding="utf-8"))
    french = commands((ROOT / "README.fr.md").read_text(encoding="utf-8"))
    assert [words for words in english if words[0] == "make"] == french


def test_the_version_stands_once_and_everywhere_alike() -> None:
    from importlib.metadata import version

    import proxy

    released = version("jauge")
    assert proxy.__version__ == released
    assert f"softwareVersion: {released}\n" in (ROOT / "publiccode.yml").read_text(encoding="utf-8")
    assert f"## {released}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_publiccode_holds_what_the_standard_asks_for() -> None:
    """Version 0.4 of the standard, https://yml.publiccode.tools: its mandatory keys and lengths."""
    told = read(ROOT / "publiccode.yml")
    assert isinstance(told, dict)
    assert told["publiccodeYmlVersion"] == "0.4"
    assert {"name", "url", "platforms", "softwareType", "releaseDate"} <= set(told)
    assert told["developmentStatus"] in ("concept", "development", "beta", "stable", "obsolete")
    assert told["legal"]["license"] == "Apache-2.0"
    assert told["maintenance"]["type"] == "community"
    assert all(contact["name"] for contact in told["maintenance"]["contacts"])
    assert told["localisation"]["localisationReady"] is True
    assert set(told["description"]) == set(told["localisation"]["availableLanguages"])
    for text in told["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert all(0 < len(feature) <= 100 for feature in text["features"])
