"""What rate limits count a client by."""

from __future__ import annotations

import pytest

from lumina_privacy.lib.http import client_key


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("", "unknown"),
        ("a socket", "a socket"),
    ],
)
def test_client_is_an_ipv4_address_or_half_an_ipv6_one(rf, peer, counted):
    assert client_key(rf.get("/", REMOTE_ADDR=peer)) == counted


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        (0, "198.51.100.1", "192.0.2.7"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 2001:db8::1:2:3:4", "2001:db8::/64"),
        (2, "198.51.100.1", "192.0.2.7"),
        (1, "", "192.0.2.7"),
    ],
)
def test_client_behind_proxies_is_who_the_outermost_of_ours_saw(
    rf, settings, proxies, forwarded, counted
):
    settings.LUMINA_PROXIES = proxies

    request = rf.get(
        "/", REMOTE_ADDR="192.0.2.7", headers={"X-Forwarded-For": forwarded}
    )

    assert client_key(request) == counted
