from __future__ import annotations

import msgspec

from proxy.reasons import Reason


def test_a_reason_is_its_english_text_and_keeps_what_a_translation_needs() -> None:
    reason = Reason("worker_lost", "w0 has lost 7 counts", {"worker": "w0", "count": 7})
    assert f"{reason}." == "w0 has lost 7 counts."
    sent = msgspec.msgpack.decode(msgspec.msgpack.encode(reason), type=Reason)
    assert sent == reason
