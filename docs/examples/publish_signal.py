"""Publish one signal over Kafka (pip install kafka-python): python publish_signal.py BOOTSTRAP CREDIT_CODE."""

import json
import sys
import uuid
from datetime import datetime, timedelta, timezone

from kafka import KafkaProducer

bootstrap, code = sys.argv[1:3]
now = datetime.now(timezone(timedelta(hours=8)))
today = now.date().isoformat()
attributes = {
    "specversion": "1.0",
    "id": str(uuid.uuid4()),  # keep it: sending the same id again is safe, and recorded once
    "source": "urn:concord:source:petitions:430000",  # the URI under which your system is registered
    "type": "concord.signal.reported.v1",
    "subject": code,
    "time": now.isoformat(),
}
data = {
    "external_id": f"XF-{attributes['id'][:8]}",  # your own number of the case; amendments name it
    "category": "wage_arrears",
    "severity": 2,
    "occurred_on": today,
    "reported_on": today,
    "people": 12,
    "amount_fen": 36_000_000,
}
producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
headers = [(f"ce_{name}", value.encode()) for name, value in attributes.items()]
headers.append(("content-type", b"application/json"))
sent = producer.send("concord.signals", key=code.encode(), value=json.dumps(data).encode(), headers=headers)
place = sent.get(timeout=30)  # raises where the broker did not acknowledge: then send the same again
print(f"{attributes['id']} {place.topic}/{place.partition}@{place.offset}")
producer.close()
