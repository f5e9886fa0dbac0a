"""Builds the Chalice application: registers the API's resources and the jobs. No logic lives here."""

from chalicelib.api import resources, routing
from chalicelib.api.application import Application
from chalicelib.jobs import mail_outbox, mailer, recover

app = Application("matinee")
routing.bind(app, resources.table(), resources.load)
for job in (recover, mail_outbox, mailer):
    app.register_blueprint(job.blueprint)
