"""Entry points of schedules, streams and queues: unpack the event, call a service.

Each module has a blueprint of its own, and Lambda loads that module by name: a job never imports the API.
"""
