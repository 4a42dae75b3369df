from django.apps import AppConfig


class DatamapConfig(AppConfig):
    name = "datamap"
