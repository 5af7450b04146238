-- Account for the source of the task shop, written by precheck grants.
-- Server: MySQL 8.0.36 at db.example:3306, not connected to. Schemas are assumed to contain whatever needs a privilege.
-- Phases: SCHEMA, FULL, INCREMENTAL, REVERSE.
-- Run it only on the source, with an account that may create accounts and grant these privileges. Read it first.

-- Settings of this session: how names are read, and that GRANT does not create an account.
SET NAMES utf8mb4;
SET SESSION sql_mode = 'STRICT_ALL_TABLES';

-- Replace the angle brackets and the word in them with the password in single quotes. Until then, the server refuses the statement.
CREATE USER 'reader'@'%' IDENTIFIED BY <password>;

-- REPLICATION CLIENT, REPLICATION SLAVE: required by the migration (INCREMENTAL), checked by RDB_LOG_PRIVILEGE.
-- PROCESS: required to check MYSQL_ROW_FORMAT, RDB_LONG_TRANSACTION (SCHEMA, FULL, INCREMENTAL).
-- SHOW_ROUTINE: required to check MYSQL_DEFINER, MYSQL_TRUST_FUNCTION_CREATORS, RDB_OBJECT_TYPE, RDB_READ_PRIVILEGE (SCHEMA).
GRANT PROCESS, REPLICATION CLIENT, REPLICATION SLAVE, SHOW_ROUTINE ON *.* TO 'reader'@'%';

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

-- SELECT: required to check MYSQL_BINLOG_ENABLED, MYSQL_BINLOG_FORMAT, MYSQL_BINLOG_ROW_IMAGE, MYSQL_BINLOG_ROW_VALUE_OPTIONS (INCREMENTAL, REVERSE).
GRANT SELECT ON `performance_schema`.`global_variables` TO 'reader'@'%';

-- SELECT: required to check MYSQL_BINLOG_ENABLED, MYSQL_BINLOG_FORMAT, MYSQL_BINLOG_ROW_IMAGE, MYSQL_BINLOG_ROW_VALUE_OPTIONS (INCREMENTAL, REVERSE).
GRANT SELECT ON `performance_schema`.`threads` TO 'reader'@'%';

-- SELECT: required to check MYSQL_BINLOG_ENABLED, MYSQL_BINLOG_FORMAT, MYSQL_BINLOG_ROW_IMAGE, MYSQL_BINLOG_ROW_VALUE_OPTIONS (INCREMENTAL, REVERSE).
GRANT SELECT ON `performance_schema`.`variables_by_thread` TO 'reader'@'%';
-- Account for the destination of the task shop, written by precheck grants.
-- Server: MySQL 8.4.0 at db.example:3306, not connected to. Schemas are assumed to contain whatever needs a privilege.
-- Phases: SCHEMA, FULL, INCREMENTAL, REVERSE.
-- Run it only on the destination, with an account that may create accounts and grant these privileges. Read it first.

-- Settings of this session: how names are read, and that GRANT does not create an account.
SET NAMES utf8mb4;
SET SESSION sql_mode = 'STRICT_ALL_TABLES';

-- Replace the angle brackets and the word in them with the password in single quotes. Until then, the server refuses the statement.
CREATE USER 'writer'@'%' IDENTIFIED BY <password>;

-- REPLICATION CLIENT, REPLICATION SLAVE: required by the migration (REVERSE), checked by RDB_LOG_PRIVILEGE.
-- SET_ANY_DEFINER: required by the migration (SCHEMA), checked by MYSQL_DEFINER.
-- SESSION_VARIABLES_ADMIN: required by the migration in some cases (FULL, INCREMENTAL), checked by MYSQL_SESSION_PRIVILEGE.
-- PROCESS: required to check MYSQL_ROW_FORMAT (SCHEMA).
-- SHOW_ROUTINE: required to check RDB_VIEW (SCHEMA).
GRANT PROCESS, REPLICATION CLIENT, REPLICATION SLAVE, SESSION_VARIABLES_ADMIN, SET_ANY_DEFINER, SHOW_ROUTINE ON *.* TO 'writer'@'%';

-- SELECT: required by the migration (SCHEMA, FULL, INCREMENTAL, REVERSE), checked by RDB_WRITE_PRIVILEGE.
-- INSERT: required by the migration (FULL, INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- UPDATE, DELETE: required by the migration (INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- CREATE, REFERENCES, CREATE VIEW: required by the migration (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- ALTER, INDEX, DROP: required by the migration in some cases (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- TRIGGER: required to check RDB_DEST_FOREIGN_KEY_TRIGGER (FULL, INCREMENTAL).
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, REFERENCES, CREATE VIEW, TRIGGER ON `crm2`.`orders` TO 'writer'@'%';

-- SELECT: required by the migration (SCHEMA, FULL, INCREMENTAL, REVERSE), checked by RDB_WRITE_PRIVILEGE.
-- INSERT: required by the migration (FULL, INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- UPDATE, DELETE: required by the migration (INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- CREATE, REFERENCES, CREATE VIEW: required by the migration (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- ALTER, INDEX, DROP: required by the migration in some cases (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, REFERENCES, CREATE VIEW ON `crm2`.`seen2` TO 'writer'@'%';

-- SELECT: required by the migration (SCHEMA, FULL, INCREMENTAL, REVERSE), checked by RDB_WRITE_PRIVILEGE.
-- INSERT: required by the migration (FULL, INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- UPDATE, DELETE: required by the migration (INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- CREATE, REFERENCES, CREATE VIEW: required by the migration (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- ALTER, INDEX, DROP: required by the migration in some cases (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- TRIGGER: required to check RDB_DEST_FOREIGN_KEY_TRIGGER (FULL, INCREMENTAL).
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, REFERENCES, CREATE VIEW, TRIGGER ON `my\_shop`.* TO 'writer'@'%';

-- SELECT: required to check MYSQL_DEFINER (SCHEMA).
GRANT SELECT ON `mysql`.`global_grants` TO 'writer'@'%';

-- SELECT: required to check MYSQL_DEFINER (SCHEMA).
GRANT SELECT ON `mysql`.`role_edges` TO 'writer'@'%';

-- SELECT (host, user): required to check MYSQL_DEFINER (SCHEMA).
GRANT SELECT (host, user) ON `mysql`.`user` TO 'writer'@'%';

-- SELECT: required to check MYSQL_BINLOG_ENABLED, MYSQL_BINLOG_FORMAT, MYSQL_BINLOG_ROW_IMAGE, MYSQL_BINLOG_ROW_VALUE_OPTIONS (INCREMENTAL, REVERSE).
GRANT SELECT ON `performance_schema`.`global_variables` TO 'writer'@'%';

-- SELECT: required to check MYSQL_ROW_FORMAT (SCHEMA).
GRANT SELECT ON `performance_schema`.`keyring_component_status` TO 'writer'@'%';

-- SELECT: required to check MYSQL_BINLOG_ENABLED, MYSQL_BINLOG_FORMAT, MYSQL_BINLOG_ROW_IMAGE, MYSQL_BINLOG_ROW_VALUE_OPTIONS (INCREMENTAL, REVERSE).
GRANT SELECT ON `performance_schema`.`threads` TO 'writer'@'%';

-- SELECT: required to check MYSQL_BINLOG_ENABLED, MYSQL_BINLOG_FORMAT, MYSQL_BINLOG_ROW_IMAGE, MYSQL_BINLOG_ROW_VALUE_OPTIONS (INCREMENTAL, REVERSE).
GRANT SELECT ON `performance_schema`.`variables_by_thread` TO 'writer'@'%';

-- ----------------------------------------------------------------------
-- Not run: only notes of the checks need these, and they allow more than reading.

-- SELECT: required to check RDB_VIEW (SCHEMA).
-- GRANT SELECT ON `mysql`.* TO 'writer'@'%';

-- SELECT: required to check RDB_VIEW (SCHEMA).
-- GRANT SELECT ON `performance\_schema`.* TO 'writer'@'%';

-- SELECT: required to check RDB_VIEW (SCHEMA).
-- GRANT SELECT ON `sys`.* TO 'writer'@'%';
