"""DynamoDB: models, keys, conditional writes. Returns domain objects."""
