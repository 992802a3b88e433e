"""The web application, as granian loads it."""

import os

from django.core.wsgi import get_wsgi_application

from jingzhun.database.jobs import leave_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingzhun.settings")
leave_with_parent()
application = get_wsgi_application()
