"""Every operation of a service, under the gateway's address."""
