from __future__ import annotations

from pathlib import Path

from proxy.schemas import main, schemas

FOLDER = Path(__file__).parents[2] / "config" / "schema"


def test_the_schemas_of_editors_are_those_of_the_code() -> None:
    for name, text in schemas().items():
        written = (FOLDER / name).read_text(encoding="utf-8")
        assert written == text, f"run python -m proxy.schemas config/schema ({name})"


def test_the_command_writes_them(tmp_path: Path) -> None:
    main([str(tmp_path)])
    for name in schemas():
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()
