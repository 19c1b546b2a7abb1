"""The numbers that say how the register is doing; `deploy` ships the alerts that watch them."""

from __future__ import annotations

from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder

APPENDS = Counter("concord_appends_total", "Commands stored by the register.")
APPEND_SECONDS = Histogram(
    "concord_append_seconds",
    "Seconds from sending a group of commands to its answer.",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5),
)
GROUP_SIZE = Histogram(
    "concord_group_size", "Commands stored by one commit.", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
)
REFUSALS = Counter("concord_refusals_total", "Acts refused, by the rule that refused.", ["rule"])

FOLLOWER_TAKEN = Counter("concord_follower_taken_total", "Items that took effect.", ["process"])
FOLLOWER_STEP = Gauge(
    "concord_follower_step_timestamp_seconds", "When the loop last went on, in Unix seconds.", ["process"]
)
FOLLOWER_WAITING = Gauge("concord_follower_waiting", "1 while the process waits for what is away, else 0.", ["process"])
INTAKE_STUCK = Gauge("concord_intake_stuck", "1 while nothing of a partition can be read, else 0.", ["partition"])

PROJECTOR_POSITION = Gauge("concord_projector_position", "Last position of the log taken in.", ["projection"])
PROJECTOR_LAG = Gauge("concord_projector_lag", "Events of the log not yet taken in.", ["projection"])
PROJECTOR_EVENTS = Counter("concord_projector_events_total", "Events taken in.", ["projection"])
PROJECTOR_FOREIGN = Counter("concord_projector_foreign_total", "Messages that are no events of the register.")

PUBLISHED = Counter("concord_published_total", "Events acknowledged by the broker.", ["channel"])
PUBLISHER_POSITION = Gauge("concord_publisher_position", "Last position of the log acknowledged.", ["channel"])
PUBLISHER_LAG = Gauge("concord_publisher_lag", "Events of the log not yet acknowledged.", ["channel"])
WEBHOOK_DELIVERIES = Counter(
    "concord_webhook_deliveries_total", "Deliveries tried, by what became of them.", ["outcome"]
)

REPLICATED = Counter("concord_replicated_total", "Events of a province stored in the nation's replica.", ["place"])
REPLICA_LAG = Gauge("concord_replica_lag", "Positions that a province told of and that are not stored.", ["place"])
REPLICA_HEARD = Gauge("concord_replica_heard_seconds", "Seconds since a message of a province came.", ["place"])
REPLICA_SKEW = Gauge("concord_replica_skew_seconds", "How far a province's clock is ahead of ours.", ["place"])
FEEDS_FORGED = Counter("concord_feeds_forged_total", "Messages that a province did not sign.", ["place"])
FEEDS_STOPPED = Gauge("concord_feeds_stopped", "Provinces whose feed has stopped.")

INTAKE = Counter("concord_intake_total", "Signals received, by what became of them.", ["outcome"])
INTAKE_LAG = Gauge("concord_intake_lag", "Messages of a partition that have no effect yet.", ["partition"])
INTAKE_AWAY = Gauge("concord_intake_database_away", "1 while intake waits for the database, else 0.")
INTAKE_FENCED = Counter("concord_intake_fenced_total", "Batches given up because another process owns the partition.")
INTAKE_LOST = Counter("concord_intake_expired_total", "Messages that the broker deleted before they were taken in.")
INTAKE_BATCH = Histogram(
    "concord_intake_batch_seconds",
    "Seconds of one intake transaction.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
DEAD_UNPUBLISHED = Counter("concord_dead_letters_unpublished_total", "Dead letters not copied to their topic.")
NATIONAL_DECISIONS = Counter(
    "concord_national_decisions_total", "Decisions of the nation that came to this province.", ["outcome"]
)
VERIFIED_POSITION = Gauge("concord_verified_position", "Last position of the log that the nightly verification read.")
VERIFY_FINDINGS = Gauge("concord_verify_findings", "What did not agree in the last nightly verification.")
DEAD_LETTERS = Gauge("concord_dead_letters", "Messages set aside that nobody has dealt with yet.")

HTTP_SECONDS = Histogram(
    "concord_http_seconds",
    "Seconds from a request to the end of its answer; `route` is the pattern, never the path itself.",
    ["route", "method", "status"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


def exposition(accept: str = "") -> tuple[bytes, str]:
    """All metrics of this process and their content type, in the format that the `Accept` header asks for."""
    encode, content_type = choose_encoder(accept)
    return encode(REGISTRY), content_type
