"""dispatch: which addons handle a hook is looked up once, not at each of its calls.

mitmproxy walks all addons and their children for every hook of every flow. Here the
walk's result is kept per hook until an addon is added or removed. Order, nesting and
what an exception stops are kept too: an addon's error ends its own and its children's
part (and is logged), `AddonHalt` ends them all.

What this does not see: a hook function put on an addon after its first call.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from mitmproxy import exceptions, flow, hooks
from mitmproxy.addonmanager import AddonManager, safecall

from addons.levers.patch import Patch

__all__ = ["patches"]

type Group = tuple[Callable[..., Any], ...]
"""Handlers of one addon and its children."""

_CACHE = "_handlers_by_hook"


def _groups(self: AddonManager, event: hooks.Hook) -> tuple[Group, ...]:
    cache: dict[str, tuple[Group, ...]] = self.__dict__.setdefault(_CACHE, {})
    found = cache.get(event.name)
    if found is None:
        walked = (_walk(self, addon, event) for addon in self.chain)
        found = cache[event.name] = tuple(group for group in walked if group)
    return found


def _walk(self: AddonManager, addon: object, event: hooks.Hook) -> Group:
    handlers: list[Callable[..., Any]] = []
    with safecall():  # as the original: what cannot be called is logged
        handlers += [handler for _, handler in self._iter_hooks(addon, event)]
    return tuple(handlers)


async def _trigger_event(self: AddonManager, event: hooks.Hook) -> None:
    """`AddonManager.trigger_event`."""
    groups = _groups(self, event)
    if groups:
        await _call(groups, event.args())


async def _call(groups: Iterable[Group], arguments: Sequence[Any]) -> None:
    for group in groups:
        try:
            for handler in group:
                result = handler(*arguments)
                if result is not None and inspect.isawaitable(result):
                    await result
        except exceptions.AddonHalt:
            return
        except exceptions.OptionsError:
            raise
        except Exception:
            with safecall():  # as the original, which logs it
                raise


async def _handle_lifecycle(self: AddonManager, event: hooks.Hook) -> None:
    """`AddonManager.handle_lifecycle`."""
    arguments = event.args()
    groups = _groups(self, event)
    if groups:
        await _call(groups, arguments)
    if isinstance(arguments[0], flow.Flow):
        await _trigger_event(self, hooks.UpdateHook([arguments[0]]))


def _forgetting(name: str) -> Patch:
    """A method of the manager that changes its addons, which empties the cache."""
    original = getattr(AddonManager, name)

    def changed(self: AddonManager, *args: Any) -> Any:  # noqa: ANN401 - passes them on
        try:
            return original(self, *args)
        finally:
            self.__dict__.pop(_CACHE, None)

    return Patch(AddonManager, name, changed)


def patches() -> tuple[Patch, ...]:
    """What this lever replaces."""
    return (
        Patch(AddonManager, "trigger_event", _trigger_event),
        Patch(AddonManager, "handle_lifecycle", _handle_lifecycle),
        *(_forgetting(name) for name in ("add", "register", "remove", "clear")),
    )
