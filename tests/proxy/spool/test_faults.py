from __future__ import annotations

import errno

from proxy.spool.faults import fault_name


def test_an_operating_system_error_is_named_by_its_number_alone() -> None:
    assert fault_name(OSError(errno.ENOSPC, "No space", "/a/secret/path")) == "ENOSPC"


def test_anything_else_is_named_by_its_type_alone() -> None:
    assert fault_name(ValueError("text of a prompt")) == "ValueError"
    assert fault_name(PermissionError()) == "PermissionError"
