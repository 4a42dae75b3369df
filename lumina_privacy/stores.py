"""Where encrypted files and their keys are kept: on disk, or in two buckets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from lumina_privacy.lib.env import env_choice, env_secret, env_str
from lumina_privacy.lib.services import on_disk, on_s3


def stores(vault: Path, keys: Path) -> dict[str, dict[str, Any]]:
    """Return Django's settings of the two stores, apart from each other (D8).

    On disk in these folders, unless LUMINA_VAULT_STORE names S3. Raises
    ImproperlyConfigured when both would be one bucket.
    """
    kept = env_choice("LUMINA_VAULT_STORE", ("disk", "s3"), default="disk")
    # Unset, the S3 client takes what its own machine grants it (AWS_*, instance roles).
    access = {
        "endpoint_url": env_str("LUMINA_S3_ENDPOINT", default="") or None,
        "region_name": env_str("LUMINA_S3_REGION", default="") or None,
        "access_key": env_secret("LUMINA_S3_ACCESS_KEY", default="") or None,
        "secret_key": env_secret("LUMINA_S3_SECRET_KEY", default="") or None,
    }
    buckets = {
        "vault": env_str("LUMINA_VAULT_BUCKET", default=""),
        "keys": env_str("LUMINA_KEY_BUCKET", default=""),
    }
    if kept == "disk":
        return {"vault": on_disk(vault), "keys": on_disk(keys)}
    if len({*buckets.values(), ""}) < 3:
        raise ImproperlyConfigured(
            "LUMINA_VAULT_BUCKET and LUMINA_KEY_BUCKET must name two buckets, or "
            "LUMINA_VAULT_STORE be disk: the keys stay out of the files' backup (D8)."
        )
    return {name: on_s3(bucket, access) for name, bucket in buckets.items()}
