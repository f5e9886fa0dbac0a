"""Entry points of schedules, streams and queues: unpack the event, call a service."""
