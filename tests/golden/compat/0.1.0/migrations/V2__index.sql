CREATE INDEX CONCURRENTLY steps_note ON steps (note);
