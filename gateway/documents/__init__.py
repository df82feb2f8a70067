"""What the platform offers, generated from what it does: OpenAPI, AsyncAPI, the event catalogue, who may do what."""
