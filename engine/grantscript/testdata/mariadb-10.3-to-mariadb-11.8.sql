-- Account for the source of the task shop, written by precheck grants.
-- Server: MariaDB 10.3.39 at db.example:3306, not connected to. Schemas are assumed to contain whatever needs a privilege.
-- Phases: SCHEMA, FULL, INCREMENTAL, REVERSE.
-- Run it only on the source, with an account that may create accounts and grant these privileges. Read it first.

-- Settings of this session: how names are read, and that GRANT does not create an account.
SET NAMES utf8mb4;
SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_CREATE_USER';

-- Replace the angle brackets and the word in them with the password in single quotes. Until then, the server refuses the statement.
CREATE USER 'reader'@'%' IDENTIFIED BY <password>;

-- REPLICATION CLIENT, REPLICATION SLAVE: required by the migration (INCREMENTAL), checked by RDB_LOG_PRIVILEGE.
-- PROCESS: required to check MYSQL_ROW_FORMAT, RDB_LONG_TRANSACTION (SCHEMA, FULL, INCREMENTAL).
GRANT PROCESS, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO 'reader'@'%';

-- SELECT: required by the migration (SCHEMA, FULL, INCREMENTAL, REVERSE), checked by RDB_READ_PRIVILEGE, RDB_WRITE_PRIVILEGE.
-- INSERT, UPDATE, DELETE: required by the migration (REVERSE), checked by RDB_WRITE_PRIVILEGE.
-- TRIGGER: required to check MYSQL_DEFINER, MYSQL_ONLINE_DDL, MYSQL_TRUST_FUNCTION_CREATORS, RDB_OBJECT_TYPE (SCHEMA, FULL, INCREMENTAL).
GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON `CRM`.`orders` TO 'reader'@'%';

-- SELECT: required by the migration (SCHEMA, FULL, INCREMENTAL, REVERSE), checked by RDB_READ_PRIVILEGE, RDB_WRITE_PRIVILEGE.
-- INSERT, UPDATE, DELETE: required by the migration (REVERSE), checked by RDB_WRITE_PRIVILEGE.
-- SHOW VIEW: required by the migration (SCHEMA), checked by RDB_READ_PRIVILEGE.
GRANT SELECT, INSERT, UPDATE, DELETE, SHOW VIEW ON `CRM`.`seen` TO 'reader'@'%';

-- SELECT: required by the migration (SCHEMA, FULL, INCREMENTAL, REVERSE), checked by RDB_READ_PRIVILEGE, RDB_WRITE_PRIVILEGE.
-- INSERT, UPDATE, DELETE: required by the migration (REVERSE), checked by RDB_WRITE_PRIVILEGE.
-- SHOW VIEW: required by the migration (SCHEMA), checked by RDB_READ_PRIVILEGE.
-- TRIGGER: required to check MYSQL_DEFINER, MYSQL_ONLINE_DDL, MYSQL_TRUST_FUNCTION_CREATORS, RDB_OBJECT_TYPE and 1 more (SCHEMA, FULL, INCREMENTAL).
-- EVENT: required to check MYSQL_DEFINER, MYSQL_TRUST_FUNCTION_CREATORS, RDB_OBJECT_TYPE, RDB_READ_PRIVILEGE (SCHEMA).
GRANT SELECT, INSERT, UPDATE, DELETE, SHOW VIEW, TRIGGER, EVENT ON `my\_shop`.* TO 'reader'@'%';

-- SELECT: required to check MYSQL_DEFINER, MYSQL_TRUST_FUNCTION_CREATORS, RDB_OBJECT_TYPE, RDB_READ_PRIVILEGE (SCHEMA).
GRANT SELECT ON `mysql`.`proc` TO 'reader'@'%';
-- Account for the destination of the task shop, written by precheck grants.
-- Server: MariaDB 11.8.2 at db.example:3306, not connected to. Schemas are assumed to contain whatever needs a privilege.
-- Phases: SCHEMA, FULL, INCREMENTAL, REVERSE.
-- Run it only on the destination, with an account that may create accounts and grant these privileges. Read it first.

-- Settings of this session: how names are read, and that GRANT does not create an account.
SET NAMES utf8mb4;
SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_CREATE_USER';

-- Replace the angle brackets and the word in them with the password in single quotes. Until then, the server refuses the statement.
CREATE USER 'writer'@'%' IDENTIFIED BY <password>;

-- BINLOG MONITOR, REPLICATION SLAVE: required by the migration (REVERSE), checked by RDB_LOG_PRIVILEGE.
-- SET USER: required by the migration (SCHEMA), checked by MYSQL_DEFINER.
-- BINLOG ADMIN: required by the migration in some cases (FULL, INCREMENTAL), checked by MYSQL_SESSION_PRIVILEGE.
-- SLAVE MONITOR: required to check MYSQL_LOG_REPLICA_UPDATES, RDB_ROLE (FULL, INCREMENTAL, REVERSE).
GRANT BINLOG ADMIN, BINLOG MONITOR, REPLICATION SLAVE, SET USER, SLAVE MONITOR ON *.* TO 'writer'@'%';

-- SHOW CREATE ROUTINE: required to check RDB_VIEW (SCHEMA).
GRANT SHOW CREATE ROUTINE ON `crm2`.* TO 'writer'@'%';

-- SELECT: required by the migration (SCHEMA, FULL, INCREMENTAL, REVERSE), checked by RDB_WRITE_PRIVILEGE.
-- INSERT: required by the migration (FULL, INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- UPDATE, DELETE: required by the migration (INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- CREATE, CREATE VIEW: required by the migration (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- ALTER, INDEX, DROP: required by the migration in some cases (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- TRIGGER: required to check RDB_DEST_FOREIGN_KEY_TRIGGER (FULL, INCREMENTAL).
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, CREATE VIEW, TRIGGER ON `crm2`.`orders` TO 'writer'@'%';

-- SELECT: required by the migration (SCHEMA, FULL, INCREMENTAL, REVERSE), checked by RDB_WRITE_PRIVILEGE.
-- INSERT: required by the migration (FULL, INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- UPDATE, DELETE: required by the migration (INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- CREATE, CREATE VIEW: required by the migration (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- ALTER, INDEX, DROP: required by the migration in some cases (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, CREATE VIEW ON `crm2`.`seen2` TO 'writer'@'%';

-- SELECT: required by the migration (SCHEMA, FULL, INCREMENTAL, REVERSE), checked by RDB_WRITE_PRIVILEGE.
-- INSERT: required by the migration (FULL, INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- UPDATE, DELETE: required by the migration (INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- CREATE, CREATE VIEW: required by the migration (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- ALTER, INDEX, DROP: required by the migration in some cases (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- TRIGGER: required to check RDB_DEST_FOREIGN_KEY_TRIGGER (FULL, INCREMENTAL).
-- SHOW CREATE ROUTINE: required to check RDB_VIEW (SCHEMA).
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, CREATE VIEW, TRIGGER, SHOW CREATE ROUTINE ON `my\_shop`.* TO 'writer'@'%';

-- SELECT (host, user): required to check MYSQL_DEFINER (SCHEMA).
GRANT SELECT (host, user) ON `mysql`.`user` TO 'writer'@'%';

-- ----------------------------------------------------------------------
-- Not run: only notes of the checks need these, and they allow more than reading.

-- REPLICATION MASTER ADMIN: required to check MYSQL_SERVER_ID (INCREMENTAL, REVERSE).
-- GRANT REPLICATION MASTER ADMIN ON *.* TO 'writer'@'%';

-- SELECT: required to check RDB_VIEW (SCHEMA).
-- GRANT SELECT ON `mysql`.* TO 'writer'@'%';

-- SELECT: required to check RDB_VIEW (SCHEMA).
-- GRANT SELECT ON `performance\_schema`.* TO 'writer'@'%';

-- SELECT: required to check RDB_VIEW (SCHEMA).
-- GRANT SELECT ON `sys`.* TO 'writer'@'%';
