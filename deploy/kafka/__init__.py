"""A real Apache Kafka broker of one node for development and CI: its jars, its storage, its life.

May import `deploy.embedded`, the topics and messages of `services.intake`, and kafka-python's administration.
Never stands in for Kafka with anything else, and never listens beyond the loopback.
"""

from deploy.kafka.broker import Broker, down, status, up
from deploy.kafka.jars import KafkaError, MissingError

__all__ = ["Broker", "KafkaError", "MissingError", "down", "status", "up"]
