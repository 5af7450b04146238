-- Account for the source of the task shop, written by precheck grants.
-- Server: MySQL 5.7.44 at db.example:3306, not connected to. Schemas are assumed to contain whatever needs a privilege.
-- Phases: SCHEMA, FULL.
-- Run it only on the source, with an account that may create accounts and grant these privileges. Read it first.

-- Settings of this session: how names are read, and that GRANT does not create an account.
SET NAMES utf8mb4;
SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_CREATE_USER';

-- Replace the angle brackets and the word in them with the password in single quotes. Until then, the server refuses the statement.
CREATE USER 'reader'@'%' IDENTIFIED BY <password>;

-- RELOAD: required by the migration in some cases (FULL), checked by MYSQL_LOCK_PRIVILEGE.
-- PROCESS: required to check MYSQL_ROW_FORMAT, RDB_LONG_TRANSACTION (SCHEMA, FULL).
-- REPLICATION CLIENT: required to check RDB_ROLE (FULL).
GRANT PROCESS, RELOAD, REPLICATION CLIENT ON *.* TO 'reader'@'%';

-- SELECT: required by the migration (SCHEMA, FULL), checked by RDB_READ_PRIVILEGE.
-- TRIGGER: required to check MYSQL_DEFINER, MYSQL_ONLINE_DDL, MYSQL_TRUST_FUNCTION_CREATORS, RDB_OBJECT_TYPE (SCHEMA, FULL).
GRANT SELECT, TRIGGER ON `CRM`.`orders` TO 'reader'@'%';

-- SELECT: required by the migration (SCHEMA, FULL), checked by RDB_READ_PRIVILEGE.
-- SHOW VIEW: required by the migration (SCHEMA), checked by RDB_READ_PRIVILEGE.
GRANT SELECT, SHOW VIEW ON `CRM`.`seen` TO 'reader'@'%';

-- SELECT: required by the migration (SCHEMA, FULL), checked by RDB_READ_PRIVILEGE.
-- SHOW VIEW: required by the migration (SCHEMA), checked by RDB_READ_PRIVILEGE.
-- TRIGGER: required to check MYSQL_DEFINER, MYSQL_ONLINE_DDL, MYSQL_TRUST_FUNCTION_CREATORS, RDB_OBJECT_TYPE and 1 more (SCHEMA, FULL).
-- EVENT: required to check MYSQL_DEFINER, MYSQL_TRUST_FUNCTION_CREATORS, RDB_OBJECT_TYPE, RDB_READ_PRIVILEGE (SCHEMA).
GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `my\_shop`.* TO 'reader'@'%';

-- SELECT: required to check MYSQL_DEFINER, MYSQL_TRUST_FUNCTION_CREATORS, RDB_OBJECT_TYPE, RDB_READ_PRIVILEGE (SCHEMA).
GRANT SELECT ON `mysql`.`proc` TO 'reader'@'%';
-- Account for the destination of the task shop, written by precheck grants.
-- Server: MariaDB 10.4.30 at db.example:3306, not connected to. Schemas are assumed to contain whatever needs a privilege.
-- Phases: SCHEMA, FULL.
-- Run it only on the destination, with an account that may create accounts and grant these privileges. Read it first.

-- Settings of this session: how names are read, and that GRANT does not create an account.
SET NAMES utf8mb4;
SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_CREATE_USER';

-- Replace the angle brackets and the word in them with the password in single quotes. Until then, the server refuses the statement.
CREATE USER 'writer'@'%' IDENTIFIED BY <password>;

-- SUPER: required by the migration (SCHEMA), checked by MYSQL_DEFINER.
-- REPLICATION CLIENT: required to check RDB_ROLE (FULL).
GRANT REPLICATION CLIENT, SUPER ON *.* TO 'writer'@'%';

-- SELECT: required by the migration (SCHEMA, FULL), checked by RDB_WRITE_PRIVILEGE.
-- INSERT: required by the migration (FULL), checked by RDB_WRITE_PRIVILEGE.
-- CREATE, CREATE VIEW: required by the migration (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- ALTER, INDEX, DROP: required by the migration in some cases (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- TRIGGER: required to check RDB_DEST_FOREIGN_KEY_TRIGGER (FULL).
GRANT SELECT, INSERT, CREATE, ALTER, INDEX, DROP, CREATE VIEW, TRIGGER ON `crm2`.`orders` TO 'writer'@'%';

-- SELECT: required by the migration (SCHEMA, FULL), checked by RDB_WRITE_PRIVILEGE.
-- INSERT: required by the migration (FULL), checked by RDB_WRITE_PRIVILEGE.
-- CREATE, CREATE VIEW: required by the migration (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- ALTER, INDEX, DROP: required by the migration in some cases (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
GRANT SELECT, INSERT, CREATE, ALTER, INDEX, DROP, CREATE VIEW ON `crm2`.`seen2` TO 'writer'@'%';

-- SELECT: required by the migration (SCHEMA, FULL), checked by RDB_WRITE_PRIVILEGE.
-- INSERT: required by the migration (FULL), checked by RDB_WRITE_PRIVILEGE.
-- CREATE, CREATE VIEW: required by the migration (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- ALTER, INDEX, DROP: required by the migration in some cases (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- TRIGGER: required to check RDB_DEST_FOREIGN_KEY_TRIGGER (FULL).
GRANT SELECT, INSERT, CREATE, ALTER, INDEX, DROP, CREATE VIEW, TRIGGER ON `my\_shop`.* TO 'writer'@'%';

-- SELECT: required to check RDB_VIEW (SCHEMA).
GRANT SELECT ON `mysql`.`proc` TO 'writer'@'%';

-- SELECT (host, user): required to check MYSQL_DEFINER (SCHEMA).
GRANT SELECT (host, user) ON `mysql`.`user` TO 'writer'@'%';

-- ----------------------------------------------------------------------
-- Not run: only notes of the checks need these, and they allow more than reading.

-- SELECT: required to check RDB_VIEW (SCHEMA).
-- GRANT SELECT ON `mysql`.* TO 'writer'@'%';

-- SELECT: required to check RDB_VIEW (SCHEMA).
-- GRANT SELECT ON `performance\_schema`.* TO 'writer'@'%';

-- SELECT: required to check RDB_VIEW (SCHEMA).
-- GRANT SELECT ON `sys`.* TO 'writer'@'%';
