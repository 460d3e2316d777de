"""Tasks of workers have no pages in the administration: nothing about them is to be decided."""

from django.contrib import admin

# Its own module puts it there; it has to come first to be taken out again.
from django_tasks_db.admin import DBTaskResultAdmin  # noqa: F401
from django_tasks_db.models import DBTaskResult

admin.site.unregister(DBTaskResult)
