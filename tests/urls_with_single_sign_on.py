"""The addresses of an installation on which single sign-on is set up."""

from assessor.urls import urlpatterns as everywhere
from assessor.views import single_sign_on

urlpatterns = [*everywhere, *single_sign_on.urlpatterns]
