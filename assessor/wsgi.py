"""The WSGI application, for servers other than ``manage.py serve``."""

import os

from django.core.wsgi import get_wsgi_application

from assessor.storage.serving import serve_pages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assessor.settings")

application = get_wsgi_application()
serve_pages()
