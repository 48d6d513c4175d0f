from __future__ import annotations

from proxy.wire.reading import Reading


def test_pieces_of_a_prompt_stand_alone_and_pieces_of_an_answer_go_on() -> None:
    reading = Reading(prompt=["un", "deux"], answer=["un", " deux"], reasoning=["a", "b"])
    assert reading.prompt_text == "un\ndeux"
    assert reading.answer_text == "un deux"
    assert reading.reasoning_text == "ab"


def test_nothing_is_known_at_first() -> None:
    reading = Reading()
    assert reading.inference
    assert reading.input_tokens is None
    assert (reading.prompt_text, reading.answer_text, reading.reasoning_text) == ("", "", "")
    assert Reading().prompt is not reading.prompt
