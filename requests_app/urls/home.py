"""Addresses that stand by themselves."""

from __future__ import annotations

from django.urls import path

from requests_app.views import public_home, staff_gallery

urlpatterns = [
    path("", public_home.home, name="home"),
    path("who-you-are/", public_home.identity_levels, name="identity-levels"),
    path("contact/", public_home.contact, name="contact"),
    path("contact/abroad/", public_home.authorities_abroad, name="authorities-abroad"),
    path("staff/components/", staff_gallery.gallery, name="component-gallery"),
]
