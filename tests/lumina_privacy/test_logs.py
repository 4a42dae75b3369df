"""What is logged names nobody."""

from __future__ import annotations

import datetime
import io
import logging
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import IntegrityError

from lumina_privacy.lib.logs import DiscreetFormatter, scrub


def logged(write: Callable[[logging.Logger], None]) -> str:
    """What ``write`` sends to a logger, as it comes out."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(DiscreetFormatter("%(levelname)s %(message)s"))
    log = logging.Logger("test")  # noqa: LOG001 (nobody else's handlers)
    log.addHandler(handler)
    write(log)
    return stream.getvalue()


WORDS = "Key (name, address)=(Jo Bloggs, jo@example.org) already exists"


def refuse() -> None:
    raise IntegrityError(WORDS)


def fail() -> None:
    try:
        refuse()
    except IntegrityError as error:
        raise ValueError(WORDS) from error


def test_an_exception_is_told_by_type_and_place_and_not_by_its_words():
    def write(log: logging.Logger) -> None:
        try:
            fail()
        except ValueError:
            log.exception("the job failed")

    text = logged(write)
    assert "Bloggs" not in text
    assert "example" not in text
    assert "builtins.ValueError" in text
    assert "django.db.utils.IntegrityError\nwhich led to:" in text
    assert "in fail" in text


def test_celerys_report_of_a_failed_task_does_not_quote_it():
    def write(log: logging.Logger) -> None:
        try:
            refuse()
        except IntegrityError as error:
            words = repr(error)
            log.exception(
                "Task %(name)s raised: %(exc)s", {"name": "x.y", "exc": words}
            )

    first = logged(write).splitlines()[0]
    assert first == "ERROR Task x.y raised: IntegrityError"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Not Found: /cases/?q=Jo+Bloggs", "Not Found: /cases/?..."),
        ("Error handling request /a/b?c=d&e", "Error handling request /a/b?..."),
        ("mail to <jo.b+x@mail.example.org>", "mail to <[address]>"),
        ("GET /staff/welcome/abc-DEF_1/ 200", "GET /staff/welcome/.../ 200"),
        ("is it well? yes", "is it well? yes"),
        ("celery@worker-1 ready", "celery@worker-1 ready"),
    ],
)
def test_scrub(line, told):
    assert scrub(line) == told


def test_the_access_log_names_path_and_result_and_nobody(settings):
    from gunicorn.config import Config

    from lumina_privacy import gunicorn_conf

    config = Config()
    config.set("accesslog", "-")
    config.set("access_log_format", gunicorn_conf.access_log_format)
    log = gunicorn_conf.DiscreetLogger(config)
    stream = io.StringIO()
    (handler,) = log.access_log.handlers
    handler.setStream(stream)
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": "/staff/welcome/secret/?q=Jo",
        "PATH_INFO": "/staff/welcome/secret/",
        "QUERY_STRING": "q=Jo",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "203.0.113.7",
        "HTTP_REFERER": "https://elsewhere.example/",
        "HTTP_USER_AGENT": "Mozilla",
    }
    answer = SimpleNamespace(status="200 OK", sent=12, headers=[])
    request = SimpleNamespace(headers=[])
    log.access(answer, request, environ, datetime.timedelta(milliseconds=5))
    line = stream.getvalue()
    assert "GET /staff/welcome/.../ 200 12 bytes 5 ms" in line
    for told in ("secret", "Jo", "203.0.113.7", "elsewhere", "Mozilla"):
        assert told not in line
