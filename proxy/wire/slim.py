"""Shortening of JSON while it passes: very long strings and long runs of numbers go.

A 20 MB answer is nearly always images or vectors in base64, or vectors as numbers:
nothing that a wire format reads. `Slimmer` takes them out before the parser sees
them, block by block, so that no parse holds the event loop:

- a string of base64 of a kilobyte or more becomes a short one;
- any other string is kept to 64 KiB, and to 1 KiB once 2 MiB have been let through;
  the characters that are cut are counted, those of base64 are not (they are no text);
- a run of numbers in an array, of a kilobyte or more, becomes nothing.

What comes out is valid JSON when what went in was: cuts fall between characters,
never inside an escape or a UTF-8 sequence. Time is linear in the input, about 2 ms
a megabyte at worst. The result depends on the bytes alone, not on how they arrive.
"""

from __future__ import annotations

import re

__all__ = ["BLOCK_BYTES", "Slimmer"]

BLOCK_BYTES = 64 * 1024
"""Bytes looked at together. A string that lies within one block is not long."""

BUDGET_BYTES = 2 * 1024 * 1024
"""After this much output, strings are kept to `TIGHT_BYTES`."""

TIGHT_BYTES = 1024
HEAD_BYTES = 8
"""What is kept of base64, so that "there was an image" can be told."""
RUN_BYTES = 1024
"""Shortest run of numbers, and of base64, that is taken out."""

_BASE64 = rb"[A-Za-z0-9+/=_-]"
# Each begins with certain bytes, which makes the search several times faster.
_TAKEN_OUT = (
    re.compile(b'"' + _BASE64 + b"{%d,}+" % RUN_BYTES + b'"'),
    re.compile(rb'"data:[a-zA-Z0-9/+.;=-]*+,' + _BASE64 + b"{%d,}+" % RUN_BYTES + b'"'),
    re.compile(rb"\[[-+0-9.eE,\s]{%d,}+" % RUN_BYTES),
)
_BASE64_SAMPLE = re.compile(rb"(?:data:[a-zA-Z0-9/+.;=-]*+,)?+(?:" + _BASE64 + rb"|\\[/nr]){200}")
_NUMBERS = re.compile(rb"[-+0-9.eE,\s]*+")
_OPEN_RUN = re.compile(rb"\[[-+0-9.eE,\s]*+\Z")
_SHORT_STRINGS = re.compile(rb'(?:[^"]*+"[^"]{0,%d}+")*+[^"]*+' % TIGHT_BYTES)
_HALF = re.compile(
    rb"(?:\\u[dD][89abAB][0-9a-fA-F]{2})?(?:\\(?:u[0-9a-fA-F]{0,3})?)?\Z"
    rb"|(?:[\xc0-\xff]|[\xe0-\xff][\x80-\xbf]|[\xf0-\xff][\x80-\xbf]{2})\Z"
)
r"""The end of a JSON string where it cannot be cut: a lone backslash, a half \uXXXX, a
high surrogate whose low half may follow, a half UTF-8 sequence."""


class Slimmer:
    """One JSON document (or several in a row) on its way through."""

    __slots__ = (
        "_cutting",
        "_held",
        "_in_run",
        "_in_string",
        "_input",
        "_is_text",
        "_size",
        "dropped_chars",
        "emitted_bytes",
    )

    def __init__(self) -> None:
        self.dropped_chars = 0
        """Characters of text that were cut; base64 and numbers are not counted."""
        self.emitted_bytes = 0
        self._input = bytearray()
        self._in_string = False
        self._size = 0  # bytes let through of the string that is open
        self._cutting = False  # the rest of the open string goes
        self._is_text = False  # and is counted
        self._in_run = False  # inside a run of numbers
        self._held: bytes | None = None  # its start, while it is short

    def feed(self, data: bytes) -> bytes:
        """What can be let through of the bytes so far."""
        pending = self._input
        pending += data
        out: list[bytes] = []
        at = 0
        while len(pending) - at >= BLOCK_BYTES:
            at += self._block(bytes(pending[at : at + BLOCK_BYTES]), out)
        del pending[:at]
        return b"".join(out)

    def flush(self) -> bytes:
        """The rest, when the document has ended; a half character at its end is kept."""
        out: list[bytes] = []
        rest = bytes(self._input)
        self._input.clear()
        used = self._block(rest, out)
        if not self._cutting:
            out.append(self._held or b"")
            out.append(rest[used:])
        return b"".join(out)

    def _block(self, block: bytes, out: list[bytes]) -> int:
        """Let one block through; returns how much of it is done with."""
        masked = block
        if b"\\" in block:
            # Same length, so that positions hold; every quote that is left is structure.
            masked = block.replace(b"\\\\", b"__").replace(b'\\"', b"__")
        kept: list[bytes] = []
        at = 0
        if self._in_run:
            at = self._go_on_in_run(masked, 0, kept)
        elif self._in_string:
            at = self._go_on_in_string(block, masked, kept)
        if not (self._in_run or self._in_string):
            at = self._structure(block, masked, at, kept)
        piece = b"".join(kept)
        self.emitted_bytes += len(piece)
        out.append(piece)
        return at

    def _go_on_in_string(self, block: bytes, masked: bytes, kept: list[bytes]) -> int:
        quote = masked.find(b'"')
        end = quote if quote >= 0 else _whole_characters(masked, 0, len(masked))
        if not self._cutting:
            self._is_text = _BASE64_SAMPLE.match(block) is None
            self._cutting = self._size >= (self._keep_bytes() if self._is_text else HEAD_BYTES)
        if not self._cutting:
            kept.append(block[:end])
            self._size += end
        elif self._is_text:
            self.dropped_chars += _characters(block[:end])
        if quote < 0:
            return end
        kept.append(b'"')
        self._in_string = self._cutting = False
        return quote + 1

    def _keep_bytes(self) -> int:
        return TIGHT_BYTES if self.emitted_bytes > BUDGET_BYTES else BLOCK_BYTES

    def _go_on_in_run(self, masked: bytes, at: int, kept: list[bytes]) -> int:
        run = _NUMBERS.match(masked, at)
        end = run.end() if run else at
        if self._held is not None:
            self._held += masked[at:end]
            if len(self._held) > RUN_BYTES:
                self._held = None
        self._in_run = end == len(masked)
        if not self._in_run:
            kept.append(self._held or b"")
            self._held = None
        return end

    def _structure(self, block: bytes, masked: bytes, at: int, kept: list[bytes]) -> int:
        """Go on outside strings, to the end or to a half character of an open string."""
        if masked.count(b'"', at) % 2:
            return self._open_string(block, masked, at, kept)
        run = _OPEN_RUN.search(masked, max(at, masked.rfind(b'"', at) + 1))
        if run is None:
            self._strings(block, masked, at, len(block), kept)
            return len(block)
        end = run.start() + 1
        self._strings(block, masked, at, end, kept)
        self._held = b""
        return self._go_on_in_run(masked, end, kept)

    def _open_string(self, block: bytes, masked: bytes, at: int, kept: list[bytes]) -> int:
        """Go on to the end, which lies inside a string; keep of that what will be kept."""
        opened = masked.rfind(b'"', at) + 1
        end = _whole_characters(masked, opened, len(masked))
        self._is_text = _BASE64_SAMPLE.match(block, opened) is None
        most = opened + (self._keep_bytes() if self._is_text else HEAD_BYTES)
        cut = end if end <= most else _whole_characters(masked, opened, most)
        self._strings(block, masked, at, cut, kept)
        self._in_string, self._cutting, self._size = True, cut < end, cut - opened
        if self._cutting and self._is_text:
            self.dropped_chars += _characters(block[cut:end])
        return end

    def _strings(self, block: bytes, masked: bytes, at: int, end: int, kept: list[bytes]) -> None:
        """Let [at, end) through, which starts outside strings; shorten what lies within it."""
        while self.emitted_bytes > BUDGET_BYTES:
            short = _SHORT_STRINGS.match(masked, at, end)
            opened = short.end() if short else end
            closed = masked.find(b'"', opened + 1, end)
            if closed < 0:
                break
            cut = _whole_characters(masked, opened + 1, opened + 1 + TIGHT_BYTES)
            self._take_out(block, masked, at, cut, kept)
            kept.append(b'"')
            if _BASE64_SAMPLE.match(block, opened + 1) is None:
                self.dropped_chars += _characters(block[cut:closed])
            at = closed + 1
        self._take_out(block, masked, at, end, kept)

    def _take_out(self, block: bytes, masked: bytes, at: int, end: int, kept: list[bytes]) -> None:
        """Let [at, end) through without its base64 and its runs of numbers."""
        looked = at
        in_string = False
        for start, stop in sorted(
            found.span() for what in _TAKEN_OUT for found in what.finditer(masked, at, end)
        ):
            in_string ^= masked.count(b'"', looked, start) % 2 == 1
            looked = stop
            if masked[start] == 34:
                kept.append(block[at : start + 1 + HEAD_BYTES])
                at = stop - 1
            elif not in_string:
                kept.append(block[at : start + 1])
                at = stop
        kept.append(block[at:end])


def _whole_characters(masked: bytes, start: int, end: int) -> int:
    """The last place up to `end` where the string that starts at `start` can be cut."""
    half = _HALF.search(masked, max(start, end - 16), end)
    return half.start() if half else end


def _characters(raw: bytes) -> int:
    """About how many Unicode characters a piece of a JSON string stands for."""
    size = len(raw) if raw.isascii() else len(raw.decode("utf-8", "ignore"))
    escapes = raw.count(b"\\")
    return size - escapes - 4 * raw.count(b"\\u") if escapes else size
