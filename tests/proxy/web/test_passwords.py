from __future__ import annotations

from pathlib import Path

import bcrypt
import pytest

from proxy.web.passwords import Passwords, Token
from tests.support.web import RIGHT, TOKEN, htpasswd, token_file


async def test_right_and_wrong_pairs(tmp_path: Path) -> None:
    passwords = Passwords(htpasswd(tmp_path, "marie", "paul"))
    assert await passwords.are_right(*RIGHT)
    assert await passwords.are_right("paul", RIGHT[1])
    for pair in (("marie", "autre"), ("marie", ""), ("", ""), ("Marie", RIGHT[1]), ("x", "\0")):
        assert not await passwords.are_right(*pair)


async def test_only_pairs_that_were_right_are_known(tmp_path: Path) -> None:
    passwords = Passwords(htpasswd(tmp_path))
    assert not passwords.knows(*RIGHT)
    await passwords.are_right(*RIGHT)
    await passwords.are_right("marie", "autre")
    assert passwords.knows(*RIGHT)
    assert not passwords.knows("marie", "autre")
    assert not passwords.knows("marie bon", "mot de passe"), "the parts do not run together"


async def test_hashes_as_apache_writes_them_and_long_passwords(tmp_path: Path) -> None:
    """htpasswd writes $2y$ and looks at the first 72 bytes."""
    long = "é" * 60
    hashed = bcrypt.hashpw(long.encode()[:72], bcrypt.gensalt(4)).decode()
    file = tmp_path / "file"
    file.write_text(f"# les agents\n\nmarie:{hashed.replace('$2b$', '$2y$')}\n")
    assert await Passwords(file).are_right("marie", long)


async def test_a_name_that_is_not_there_costs_a_check_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = Passwords(htpasswd(tmp_path))
    costs = []
    checked = bcrypt.checkpw

    def counted(password: bytes, hashed: bytes) -> bool:
        costs.append(hashed[:7])
        return checked(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", counted)
    await passwords.are_right("marie", "autre")
    await passwords.are_right("inconnue", "autre")
    assert costs == [b"$2b$04$", b"$2b$04$"]


async def test_nothing_of_it_is_shown(tmp_path: Path) -> None:
    passwords = Passwords(htpasswd(tmp_path))
    await passwords.are_right(*RIGHT)
    shown = repr(passwords) + repr(Token(token_file(tmp_path)))
    assert not any(secret in shown for secret in (*RIGHT, TOKEN, "$2b$"))
    assert RIGHT[1] not in repr(vars(passwords))


def test_the_token(tmp_path: Path) -> None:
    token = Token(token_file(tmp_path))
    assert token.is_right(TOKEN)
    for wrong in ("", TOKEN[:-1], TOKEN + "0", TOKEN.upper(), "é"):
        assert not token.is_right(wrong)
