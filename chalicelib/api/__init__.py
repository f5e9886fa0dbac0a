"""HTTP: parse, call a service, present. With , alone in importing chalice."""
