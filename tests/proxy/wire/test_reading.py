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


def test_no_word_shows_in_a_traceback() -> None:
    secret = "le nom de l'administré"
    reading = Reading(prompt=[secret], answer=[secret], reasoning=[secret], model_asked=secret)
    assert secret not in f"{reading!r} {reading}"
    assert "output_tokens=7" in repr(Reading(output_tokens=7))
