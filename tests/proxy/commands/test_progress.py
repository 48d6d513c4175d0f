from __future__ import annotations

import io

from proxy.commands.progress import Bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_file_gets_a_line_every_tenth() -> None:
    out = io.StringIO()
    with Bar(out) as bar:
        for done in range(0, 1001, 10):
            bar.show("model.ckpt", done * 1_000_000, 1000_000_000)
    lines = out.getvalue().splitlines()
    assert len(lines) == 11
    assert [line.split(" %")[0].split()[-1] for line in lines] == [
        str(tenth * 10) for tenth in range(11)
    ]
    assert "1,000.0 of 1,000.0 MB" in lines[-1]


def test_a_terminal_keeps_one_line_for_each_file() -> None:
    out = Terminal()
    with Bar(out) as bar:
        bar.show("one", 0, 10)
        bar.show("one", 10, 10)
        bar.show("two", 10, 10)
    text = out.getvalue()
    assert text.count("\n") == 2
    assert "\x1b[K" in text
    assert text.endswith("MB/s\x1b[K\n")


def test_an_unknown_size_is_counted_up() -> None:
    out = io.StringIO()
    with Bar(out) as bar:
        bar.show("one", 0, 0)
        bar.show("one", 70_000_000, 0)
    assert out.getvalue().splitlines()[-1].startswith("one  70.0 MB  ")
