from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "tabard.calendar"
