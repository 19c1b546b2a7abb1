-- A letter that failed, or that went astray, is sent again by an office: what became of it before stays to be read.

ALTER TABLE outbox.messages
    ADD COLUMN before text[] NOT NULL DEFAULT '{}',
    ADD COLUMN again_by uuid;
COMMENT ON COLUMN outbox.messages.before IS 'How it ended each time before: state, moment, and proof or error';
COMMENT ON COLUMN outbox.messages.again_by IS 'Who had it sent again, the last time';
