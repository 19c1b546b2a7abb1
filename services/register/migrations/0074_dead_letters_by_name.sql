-- What is asked of a signal by the sender's own id: the letters of it that nobody has replayed.
CREATE INDEX dead_letters_named ON intake.dead_letters (source, external_id) WHERE status <> 'replayed';
