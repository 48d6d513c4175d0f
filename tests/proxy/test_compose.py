import msgspec
import pytest

from proxy.compose import Circumstances, compose, status_of, words_of
from proxy.exchange import ReportedFootprint, from_bytes, to_bytes
from proxy.identity import Identity
from proxy.providers import Call
from proxy.wire.reading import Reading

CALL = Call("albert-api", "albert", "openai-chat", "chat", "api", region="FR")
IDENTITY = Identity("etat-civil", "courrier", "agent", keep_words=True)


FACTS = Circumstances(
    call=CALL,
    identity=IDENTITY,
    started_at=1_800_000_000.0,
    duration_s=1.5,
    http_status=200,
)


def facts(**changes: object) -> Circumstances:
    return msgspec.structs.replace(FACTS, **changes)


def test_everything_that_is_known_reaches_the_record() -> None:
    reading = Reading(
        operation="chat",
        streamed=True,
        model_asked="albert-small",
        model_answered="meta-llama/Llama-3.1-8B-Instruct",
        input_tokens=12,
        output_tokens=0,
        reasoning_tokens=3,
        cache_read_tokens=4,
        cache_write_tokens=5,
        images=1,
        audio_s=2.5,
        region="FR",
        reported=ReportedFootprint(energy_min_kwh=0.1),
        prompt_chars=20,
        answer_chars=30,
        reasoning_chars=40,
        prompt_language="fr",
        answer_language="en",
        parse_status="partial",
    )
    record = compose(
        "0190",
        reading,
        facts(
            sanction="tolerated",
            edge="mairie-1",
            time_to_first_byte_s=0.25,
            request_bytes=100,
            response_bytes=200,
            reference="ticket/42",
        ),
        "sent",
    )
    assert record == from_bytes(to_bytes(record))
    assert {name: getattr(record, name) for name in record.__struct_fields__} == {
        "id": "0190",
        "started_at": 1_800_000_000.0,
        "duration_s": 1.5,
        "time_to_first_byte_s": 0.25,
        "edge": "mairie-1",
        "department": "etat-civil",
        "application": "courrier",
        "faces": "agent",
        "channel": "api",
        "tool": "albert-api",
        "provider": "albert",
        "sanction": "tolerated",
        "wire_format": "openai-chat",
        "operation": "chat",
        "model_asked": "albert-small",
        "model_answered": "meta-llama/Llama-3.1-8B-Instruct",
        "model": None,
        "streamed": True,
        "status": "ok",
        "http_status": 200,
        "error_type": None,
        "input_tokens": 12,
        "output_tokens": 0,
        "reasoning_tokens": 3,
        "cache_read_tokens": 4,
        "cache_write_tokens": 5,
        "input_source": "reported",
        "output_source": "reported",
        "images": 1,
        "audio_s": 2.5,
        "prompt_chars": 20,
        "answer_chars": 30,
        "reasoning_chars": 40,
        "prompt_language": "fr",
        "answer_language": "en",
        "request_bytes": 100,
        "response_bytes": 200,
        "region": "FR",
        "reported": ReportedFootprint(energy_min_kwh=0.1),
        "parse_status": "partial",
        "words": "sent",
        "reference": "ticket/42",
    }


@pytest.mark.parametrize(
    ("changes", "error", "status"),
    [
        ({}, None, "ok"),
        ({"truncated": True}, None, "truncated"),
        ({"http_status": 429}, "rate_limit", "client_error"),
        ({"http_status": 503}, None, "server_error"),
        ({"http_status": None}, None, "server_error"),
        ({}, "overloaded_error", "server_error"),
        ({"aborted": True, "http_status": 503}, "x", "aborted"),
        ({"http_status": None, "aborted": True}, None, "aborted"),
        ({"http_status": 429, "truncated": True}, None, "client_error"),
    ],
)
def test_status(changes: dict[str, object], error: str | None, status: str) -> None:
    assert status_of(facts(**changes), error) == status


def test_names_are_cleaned() -> None:
    reading = Reading(
        model_asked="dis bonjour à Mme Martin",
        model_answered="x" * 65,
        error_type="no such\nthing",
        region="rue de la Paix",
    )
    record = compose("1", reading, facts(reference="Mme Martin"))
    names = (record.model_asked, record.model_answered, record.error_type)
    assert (*names, record.region, record.reference) == ("other",) * 5


def test_a_clock_that_jumped_gives_no_negative_duration() -> None:
    assert compose("1", Reading(), facts(duration_s=-3.0)).duration_s == 0.0


def test_sizes_stand_in_where_no_text_was_read() -> None:
    opaque = Reading(
        opaque_request_chars=900, opaque_answer_chars=5000, parse_status="unknown_format"
    )
    record = compose("1", opaque, facts())
    assert (record.prompt_chars, record.answer_chars) == (900, 5000)
    read = Reading(prompt_chars=10, opaque_answer_chars=5000, answer_chars=20)
    record = compose("1", read, facts())
    assert (record.prompt_chars, record.answer_chars) == (10, 20)


def test_counts_that_nobody_stated_have_no_source() -> None:
    record = compose("1", Reading(input_tokens=5), facts())
    assert (record.input_source, record.output_source) == ("reported", "none")


def test_words() -> None:
    reading = Reading(
        prompt=["Tu es poli.", "Bonjour"], answer=["Bon", "jour"], reasoning=["a", "b"], messages=2
    )
    words = words_of("7", reading)
    assert words is not None
    assert (words.id, words.prompt, words.answer, words.reasoning, words.messages) == (
        "7",
        "Tu es poli.\nBonjour",
        "Bonjour",
        "ab",
        2,
    )
    assert words_of("7", Reading()) is None
