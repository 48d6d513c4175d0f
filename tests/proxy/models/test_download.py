"""Downloads over a real connection, from a server that misbehaves."""

from __future__ import annotations

import errno
import http.client
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.models import download as module
from proxy.models.download import ATTEMPTS, Route, download
from proxy.models.errors import ModelError
from tests.support.fileserver import Files, serving

CONTENT = bytes(range(256)) * 4000


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever proxy this machine goes through."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def served() -> Iterator[Files]:
    with serving({"model.ckpt": CONTENT}) as files:
        yield files


class States(list[tuple[str, int, int]]):
    """What the progress was told."""

    def __call__(self, name: str, done: int, total: int) -> None:
        self.append((name, done, total))


class Pauses(list[int]):
    """A route that waits for nothing, and remembers the waits."""

    def route(self) -> Route:
        return Route(pause=self.append)


def get(served: Files, folder: Path, route: Route | None = None) -> States:
    states = States()
    url = f"{served.url}/model.ckpt"
    download(url, folder / "model.ckpt", route or Pauses().route(), states)
    return states


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_a_whole_file_arrives_and_progress_is_told(served: Files, tmp_path: Path) -> None:
    states = get(served, tmp_path)
    assert (tmp_path / "model.ckpt").read_bytes() == CONTENT
    assert names(tmp_path) == {"model.ckpt"}
    assert states[0] == ("model.ckpt", 0, len(CONTENT))
    assert states[-1] == ("model.ckpt", len(CONTENT), len(CONTENT))
    done = [state[1] for state in states]
    assert done == sorted(done)
    assert served.ranges_asked() == [None]


def test_a_cut_connection_is_resumed_where_it_broke(served: Files, tmp_path: Path) -> None:
    served.cuts = [100_000, 200_000]
    pauses = Pauses()
    get(served, tmp_path, pauses.route())
    assert (tmp_path / "model.ckpt").read_bytes() == CONTENT
    assert served.ranges_asked() == [None, "bytes=100000-", "bytes=300000-"]
    assert served.asked[1][1]["if-range"] == '"v1"'
    assert pauses == [1, 1]  # each attempt brought something


def test_an_interrupted_command_goes_on_when_repeated(served: Files, tmp_path: Path) -> None:
    served.cuts, served.statuses = [123], []
    with pytest.raises(ModelError) as caught:
        served_then_gone(served, tmp_path)
    assert caught.value.kind == "offline"
    assert (tmp_path / "model.ckpt.part").stat().st_size == 123
    get(served, tmp_path)
    assert (tmp_path / "model.ckpt").read_bytes() == CONTENT
    assert served.ranges_asked()[-1] == "bytes=123-"


def served_then_gone(served: Files, folder: Path) -> None:
    """The first answer breaks off; after it only errors come."""

    def pause(attempt: int) -> None:
        served.statuses = [503]
        assert attempt < ATTEMPTS

    get(served, folder, Route(pause=pause))


def test_a_file_that_changed_in_between_is_taken_anew(served: Files, tmp_path: Path) -> None:
    served.cuts = [500]

    def change(attempt: int) -> None:
        assert attempt == 1
        served.files["model.ckpt"], served.mark = CONTENT[::-1], '"v2"'

    get(served, tmp_path, Route(pause=change))
    assert (tmp_path / "model.ckpt").read_bytes() == CONTENT[::-1]


def test_a_server_without_ranges_sends_all_again(served: Files, tmp_path: Path) -> None:
    served.cuts, served.ranges = [500], False
    get(served, tmp_path)
    assert (tmp_path / "model.ckpt").read_bytes() == CONTENT


def test_without_a_mark_nothing_is_resumed(served: Files, tmp_path: Path) -> None:
    served.cuts, served.mark = [500], ""
    get(served, tmp_path)
    assert (tmp_path / "model.ckpt").read_bytes() == CONTENT
    assert served.ranges_asked() == [None, None]


def test_what_was_whole_already_is_not_sent_again(served: Files, tmp_path: Path) -> None:
    served.cuts = [len(CONTENT) - 1]
    with pytest.raises(ModelError):
        served_then_gone(served, tmp_path)
    with (tmp_path / "model.ckpt.part").open("ab") as part:
        part.write(CONTENT[-1:])
    get(served, tmp_path)
    assert (tmp_path / "model.ckpt").read_bytes() == CONTENT


def test_a_part_that_is_longer_than_the_file_is_thrown_away(served: Files, tmp_path: Path) -> None:
    served.cuts = [500]
    with pytest.raises(ModelError):
        served_then_gone(served, tmp_path)
    with (tmp_path / "model.ckpt.part").open("ab") as part:
        part.write(b"x" * len(CONTENT))
    get(served, tmp_path)
    assert (tmp_path / "model.ckpt").read_bytes() == CONTENT


def test_errors_of_the_moment_are_tried_again(served: Files, tmp_path: Path) -> None:
    served.statuses = [503, 429, 500]
    pauses = Pauses()
    get(served, tmp_path, pauses.route())
    assert (tmp_path / "model.ckpt").read_bytes() == CONTENT
    assert pauses == [1, 2, 3]


def test_what_is_not_there_is_said_at_once(served: Files, tmp_path: Path) -> None:
    served.files.clear()
    with pytest.raises(ModelError, match=r"127\.0\.0\.1 does not give out model.ckpt") as caught:
        get(served, tmp_path)
    assert caught.value.kind == "absent"
    assert len(served.asked) == 1


def test_a_server_that_is_gone_counts_as_offline(tmp_path: Path) -> None:
    with serving({}) as served:
        pass
    pauses = Pauses()
    with pytest.raises(ModelError, match="goes on where it stopped") as caught:
        get(served, tmp_path, pauses.route())
    assert caught.value.kind == "offline"
    assert pauses == list(range(1, ATTEMPTS))


def test_without_a_name_server_the_way_out_is_told_at_once(tmp_path: Path) -> None:
    pauses = Pauses()
    with pytest.raises(ModelError, match=r"models\.invalid is not known here") as caught:
        download("https://models.invalid/a", tmp_path / "a", pauses.route(), States())
    assert caught.value.kind == "offline"
    assert "jauge models import" in caught.value.remedy
    assert pauses == []


def test_a_parent_proxy_is_used_and_its_password_not_told(served: Files, tmp_path: Path) -> None:
    states, pauses = States(), Pauses()
    parent = served.url.replace("http://", "http://agent:hunter2secret@")
    route = Route(parent=parent, pause=pauses.append)
    with pytest.raises(ModelError) as caught:
        download("http://models.example/other.ckpt", tmp_path / "other.ckpt", route, states)
    assert served.asked[0][0] == "http://models.example/other.ckpt"
    assert served.asked[0][1]["proxy-authorization"].startswith("Basic ")
    assert "hunter2secret" not in str(caught.value)


def test_a_redirect_from_https_to_http_is_refused() -> None:
    import urllib.request

    request = urllib.request.Request("https://models.example/model.ckpt")
    handler = module._NoDowngrade()
    answer = (io.BytesIO(), 302, "Found", http.client.HTTPMessage())
    with pytest.raises(ModelError, match="on to http"):
        handler.redirect_request(request, *answer, "http://models.example/x")
    followed = handler.redirect_request(request, *answer, "https://elsewhere.example/x")
    assert followed is not None
    assert followed.full_url == "https://elsewhere.example/x"


def test_a_disk_without_room_is_seen_before_the_first_byte(
    served: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SPARE", 1 << 60)
    with pytest.raises(ModelError, match=r"needs 1 MB and the disk has [\d,]+ MB free") as caught:
        get(served, tmp_path)
    assert caught.value.kind == "disk"


def test_a_disk_that_fills_up_keeps_what_has_arrived(
    served: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.FileIO):
        def write(self, data: object) -> int:
            del data
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "_opened", lambda part: Full(part, "ab"))
    with pytest.raises(ModelError, match=r"the disk is full while downloading model.ckpt"):
        get(served, tmp_path)
    monkeypatch.undo()
    get(served, tmp_path)
    assert (tmp_path / "model.ckpt").read_bytes() == CONTENT
