"""Rate limits for doors that take an address or a code, kept in Redis."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from lumina_privacy.lib import crypto


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
    return MovingWindowRateLimiter(storage_from_string(settings.REDIS_URL))


def hit(limit: Limit, *who: str) -> bool:
    """Count one try by ``who``; return whether it was within the limit.

    The key in Redis is a keyed hash: no address is kept there in clear.
    """
    return _limiter().hit(limit.item, settings.LUMINA_NAMESPACE, limit.door, _key(who))


def reset(limit: Limit, *who: str) -> None:
    """Forget the tries of ``who``."""
    _limiter().clear(limit.item, settings.LUMINA_NAMESPACE, limit.door, _key(who))


def _key(who: tuple[str, ...]) -> str:
    _, key = crypto.ref_keys().newest
    return crypto.keyed_hash(key, "throttle", *who)
