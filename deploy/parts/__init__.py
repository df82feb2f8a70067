"""The two programs that the platform runs beside itself for trying out and for tests: broker and database."""

from deploy.parts.broker import Broker, BrokerPorts
from deploy.parts.database import Database
from deploy.parts.part import NotReady, Part
from deploy.parts.ports import PortTaken, free_ports

__all__ = ["Broker", "BrokerPorts", "Database", "NotReady", "Part", "PortTaken", "free_ports"]
