-- Which national decisions their provinces have recorded: what is still open is few, and found without the rest.
ALTER TABLE nation.decided ADD COLUMN recorded boolean NOT NULL DEFAULT false;
CREATE INDEX decided_open ON nation.decided (province, unit) WHERE NOT recorded;
COMMENT ON COLUMN nation.decided.recorded IS 'An entry of the unit names the command as its cause; set by the nation''s projector, and never unset';
