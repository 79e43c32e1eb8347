-- Two roles: one that owns the tables and upgrades them, one that web and workers sign in with. Run once, as a superuser:
--   psql -v owner_password=… -v password=… -f roles.sql
-- The second owns nothing and may not pass row-level security by: a query that names no tenant sees no tenant's rows.
CREATE ROLE piying_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE piying LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'password';
CREATE DATABASE piying OWNER piying_owner ENCODING 'UTF8' TEMPLATE template0;
\connect piying
GRANT USAGE ON SCHEMA public TO piying;
GRANT CREATE ON SCHEMA public TO piying_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE piying_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO piying;
ALTER DEFAULT PRIVILEGES FOR ROLE piying_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO piying;
