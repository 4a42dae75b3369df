"""Every address of the portal. Each app brings its own lists."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("datamap.urls")),
    path("", include("retention.urls")),
    path("", include("requests_app.urls")),
    path("", include("lumina_privacy.health_urls")),
]

handler400 = "lumina_privacy.errors.bad_request"
handler403 = "lumina_privacy.errors.forbidden"
handler404 = "lumina_privacy.errors.not_found"
handler500 = "lumina_privacy.errors.broken"
