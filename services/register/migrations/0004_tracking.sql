-- How far a follower built with the eventsourcing library has come in a log it follows.
CREATE TABLE projections.tracking (
    application_name text   PRIMARY KEY,
    notification_id  bigint NOT NULL
);
COMMENT ON COLUMN projections.tracking.notification_id IS 'The newest position taken in; it only grows';
