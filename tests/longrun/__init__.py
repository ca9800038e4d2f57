"""Ten minutes under a real cron daemon, played for real: `make cron-test`. What must hold is read from the archive and from
the portal's own log and record."""
