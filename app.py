"""Builds the Chalice application: registers the API's resources and the jobs. No logic lives here."""

from chalice.app import Chalice

from chalicelib.api import resources, routing
from chalicelib.jobs import mail_outbox, mailer, recover

app = Chalice(app_name="matinee", configure_logs=False)
routing.bind(app, resources.ALL)
for job in (recover, mail_outbox, mailer):
    app.register_blueprint(job.blueprint)
