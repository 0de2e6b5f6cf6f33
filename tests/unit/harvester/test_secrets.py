"""No secret is printed: not by `config show`, and not by `-vv`."""

import logging

import pytest

from harvester.cli.console import start_logging
from harvester.settings import Settings
from harvester.settings.origins import MASK, origins, without_secrets


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://me:hunter2@host/x", f"https://me:{MASK}@host/x"),
        ("https://host/x?token=hunter2&b=hunter2", f"https://host/x?token={MASK}&b={MASK}"),
        ("socks5://:hunter2@host", f"socks5://:{MASK}@host"),
        ("https://a:hunter2@b@host:80/", f"https://a:{MASK}@host:80/"),
        ("s3://bucket/prefix", "s3://bucket/prefix"),
        ("griffie-data/archive", "griffie-data/archive"),
        ("https://[broken", "https://[broken"),
    ],
)
def test_addresses_are_shown_without_their_secrets(address: str, shown: str) -> None:
    assert without_secrets(address) == shown


def test_where_a_webhook_is_nobody_is_told() -> None:
    settings = Settings.model_validate({
        "alarm": {"webhook_url": "https://hooks.example/services/hunter2"},
        "s3": {"endpoint_url": "https://me:hunter2@store.example"},
    })  # fmt: skip
    shown = list(origins(settings, {}, {}, "griffie.toml", {}))
    assert not [origin for origin in shown if "hunter2" in origin.value]


def test_libraries_that_log_keys_never_do(caplog: pytest.LogCaptureFixture) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        start_logging(2)
        for name in ("botocore.auth", "botocore.endpoint", "urllib3.connectionpool", "boto3.x"):
            assert not logging.getLogger(name).isEnabledFor(logging.DEBUG), name
        assert not logging.getLogger("botocore.credentials").isEnabledFor(logging.INFO)
    finally:
        root.handlers[:] = before
        root.setLevel(level)
