-- Run once by the database's image, on an empty volume: two roles (decision E11). The
-- owner migrates; the application role has no DDL and no TRUNCATE, and what it may do to
-- each table is granted by `manage.py grant_app_role` after every migration.
\set ON_ERROR_STOP on
\set owner_password `cat /run/secrets/database-owner-password`
\set application_password `cat /run/secrets/database-password`

CREATE ROLE lumina_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE lumina_app LOGIN PASSWORD :'application_password';
ALTER DATABASE lumina OWNER TO lumina_owner;
REVOKE ALL ON DATABASE lumina FROM PUBLIC;
GRANT CONNECT ON DATABASE lumina TO lumina_app;
