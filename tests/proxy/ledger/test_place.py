from pathlib import Path

import pytest

from proxy.config import load
from proxy.ledger import Entry, Ledger, url_of
from tests.support.ledger import NOW, plain


@pytest.mark.parametrize("name", ["var", "two words", "50%", "what?", "é#1"])
def test_the_default_is_a_file_in_the_state_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "jauge.yaml").write_text(f"state_dir: '{tmp_path / name}'\n", encoding="utf-8")
    config = load(tmp_path / "jauge.yaml", environ={})
    with Ledger.open(url_of(config), timezone="Europe/Paris", clock=lambda: NOW) as ledger:
        ledger.write([Entry(plain())])
    assert (tmp_path / name / "ledger.sqlite").is_file()


def test_a_url_of_the_configuration_is_taken_as_it_is(tmp_path: Path) -> None:
    text = f"sqlite:///{tmp_path}/elsewhere.db"
    (tmp_path / "jauge.yaml").write_text(f"ledger: {{url: '{text}'}}\n", encoding="utf-8")
    assert url_of(load(tmp_path / "jauge.yaml", environ={})) == text
