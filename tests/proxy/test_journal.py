import hashlib
import json
import os
import pwd
import stat
from multiprocessing import get_context
from pathlib import Path

import pytest

from proxy.journal import JournalError, append, broken_line


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def test_each_line_names_the_hash_of_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "journal.log"
    for number in range(3):
        append(path, "exchanges --raw", {"rows": number, "since": None})

    found = lines(path)
    entries = [json.loads(line) for line in found]
    assert entries[0]["previous"] == "0" * 64
    for before, entry in zip(found, entries[1:], strict=False):
        assert entry["previous"] == hashlib.sha256(before).hexdigest()
    assert [entry["rows"] for entry in entries] == [0, 1, 2]
    assert entries[0]["who"].startswith(pwd.getpwuid(os.getuid()).pw_name)
    assert entries[0]["at"].endswith("+00:00")
    assert broken_line(path) is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_caller_of_sudo_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "mdupont")
    append(tmp_path / "journal.log", "x", {})
    assert json.loads(lines(tmp_path / "journal.log")[0])["who"].endswith("(sudo from mdupont)")


def test_a_changed_or_missing_line_breaks_the_chain(tmp_path: Path) -> None:
    path = tmp_path / "journal.log"
    for number in range(5):
        append(path, "x", {"rows": number})
    whole = path.read_bytes()

    path.write_bytes(whole.replace(b'"rows":1', b'"rows":7'))
    assert broken_line(path) == 3
    found = whole.splitlines(keepends=True)
    path.write_bytes(b"".join(found[:2] + found[3:]))
    assert broken_line(path) == 3
    path.write_bytes(b"".join(found[1:]))
    assert broken_line(path) == 1
    path.write_bytes(whole)
    assert broken_line(path) is None


def test_a_torn_line_stays_visible_and_does_not_stop_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.log"
    append(path, "x", {"rows": 1})
    append(path, "x", {"rows": 2})
    path.write_bytes(path.read_bytes()[:-30])
    append(path, "x", {"rows": 3})

    assert len(lines(path)) == 3
    assert json.loads(lines(path)[2])["rows"] == 3
    assert broken_line(path) == 2


def test_long_lines_are_chained_too(tmp_path: Path) -> None:
    path = tmp_path / "journal.log"
    for _ in range(3):
        append(path, "x" * 10_000, {})
    assert broken_line(path) is None


def many(path: Path) -> None:
    for _ in range(25):
        append(path, "x", {})


def test_several_processes_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "journal.log"
    context = get_context("fork")
    writers = [context.Process(target=many, args=(path,)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(lines(path)) == 75
    assert broken_line(path) is None


def test_a_journal_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot open the journal"):
        append(tmp_path / "absent" / "journal.log", "x", {})
    with pytest.raises(JournalError, match="cannot write the journal"):
        append(Path("/dev/full"), "x", {})
