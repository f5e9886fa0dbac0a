"""Builds the Chalice application: registers the API's resources and the jobs. No logic lives here."""

from chalice.app import Chalice

from chalicelib.api import resources, routing

app = Chalice(app_name="matinee", configure_logs=False)
routing.bind(app, resources.ALL)
