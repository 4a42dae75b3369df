"""Addresses for whoever watches the portal."""

urlpatterns = []
