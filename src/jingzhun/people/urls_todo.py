"""Addresses of what waits for a user, and of the morning message that tells of it."""

from django.urls import path

from .views import todo

app_name = "todo"
urlpatterns = [
    path("", todo.page, name="page"),
    path("count/", todo.count, name="count"),
    path("reminders/", todo.reminders, name="reminders"),
]
