-- The papers that provinces recorded are held against the nation's own list, without reading their whole logs.
CREATE INDEX replica_papers ON nation.replica (place, position) WHERE type LIKE 'document.recorded.%';
