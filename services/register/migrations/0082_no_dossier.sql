-- A unit's history is read from its stream itself: the copy of it, a line an event, was written and never read.
DROP TABLE IF EXISTS projections.dossier;
DELETE FROM projections.position WHERE name = 'dossier';
