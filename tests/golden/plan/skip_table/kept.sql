SELECT id, m FROM kept;
