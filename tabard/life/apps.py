from django.apps import AppConfig


class LifeConfig(AppConfig):
    name = "tabard.life"
