"""One user model: staff with password and token, subjects with a proved address."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Register the deploy checks, which Django only finds when imported."""
        from accounts import checks  # noqa: F401 (imported for its decorators)
