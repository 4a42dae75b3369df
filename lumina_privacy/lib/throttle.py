"""Rate limits for doors that take an address or a code, kept in Redis.

While Redis is away each process counts for itself: the doors stay open to people, and
shut to hammering, at the limit times the number of processes. What must hold even then
is counted in the database (``accounts.actions.codes``).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from typing import Final

import redis
from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from lumina_privacy.lib import crypto
from lumina_privacy.lib.away import Away

_log: Final = logging.getLogger(__name__)
_ANSWER_SECONDS: Final = 2
AWAY: Final = Away()


@dataclass(frozen=True, slots=True)
class Limit:
    """``rate`` as in "5 per 15 minutes"; ``door`` names what is counted."""

    door: str
    rate: str

    @property
    def item(self) -> RateLimitItem:
        """The parsed rate."""
        return parse(self.rate)


@cache
def _limiter() -> MovingWindowRateLimiter:
    storage = storage_from_string(
        settings.REDIS_URL,
        socket_connect_timeout=_ANSWER_SECONDS,
        socket_timeout=_ANSWER_SECONDS,
    )
    return MovingWindowRateLimiter(storage)


@cache
def _limiter_of_this_process() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())


def hit(limit: Limit, *who: str) -> bool:
    """Count one try by ``who``; return whether it was within the limit.

    The key in Redis is a keyed hash: no address is kept there in clear.
    """
    key = (settings.LUMINA_NAMESPACE, limit.door, _key(who))
    if not AWAY:
        try:
            return _limiter().hit(limit.item, *key)
        except redis.RedisError as error:
            _note(error)
    return _limiter_of_this_process().hit(limit.item, *key)


def reset(limit: Limit, *who: str) -> None:
    """Forget the tries of ``who``."""
    key = (settings.LUMINA_NAMESPACE, limit.door, _key(who))
    _limiter_of_this_process().clear(limit.item, *key)
    if not AWAY:
        try:
            _limiter().clear(limit.item, *key)
        except redis.RedisError as error:
            _note(error)


def _note(error: redis.RedisError) -> None:
    AWAY.note()
    _log.warning("no Redis for the limits: %s", type(error).__name__)


def _key(who: tuple[str, ...]) -> str:
    _, key = crypto.ref_keys().newest
    return crypto.keyed_hash(key, "throttle", *who)
