#!/bin/sh
# Run once by the container of PostgreSQL, when its folder is empty.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -v owner_password="$DATABASE_OWNER_PASSWORD" -v password="$DATABASE_PASSWORD" -f /etc/piying/roles.sql
