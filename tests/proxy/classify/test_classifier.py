from proxy.classify.classifier import MissingError, Window
from proxy.records import ScoredSentence


def test_what_holds_text_shows_its_size_only() -> None:
    shown = repr([Window("MARKED prompt", "fr"), ScoredSentence("MARKED prompt", {})])
    assert "MARKED" not in shown
    assert "chars=13" in shown


def test_what_is_missing_comes_with_its_remedy() -> None:
    error = MissingError("the model is not on this machine", "Run `jauge models fetch`.")
    assert str(error) == "the model is not on this machine. Run `jauge models fetch`."
    assert error.remedy == "Run `jauge models fetch`."
