-- Account for the source of the task shop, written by precheck grants.
-- Server: MySQL 5.6.50 at db.example:3306, not connected to. Schemas are assumed to contain whatever needs a privilege.
-- Phases: SCHEMA, FULL, INCREMENTAL, REVERSE.
-- Run it only on the source, with an account that may create accounts and grant these privileges. Read it first.

-- Settings of this session: how names are read, and that GRANT does not create an account.
SET NAMES utf8mb4;
SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_CREATE_USER';

-- Replace the angle brackets and the word in them with the password in single quotes. Until then, the server refuses the statement.
CREATE USER 'reader'@'%' IDENTIFIED BY <password>;

-- SELECT: required by the migration (SCHEMA, FULL, INCREMENTAL, REVERSE), checked by RDB_READ_PRIVILEGE, RDB_WRITE_PRIVILEGE.
-- REPLICATION CLIENT, REPLICATION SLAVE: required by the migration (INCREMENTAL), checked by RDB_LOG_PRIVILEGE.
-- PROCESS: required to check RDB_LONG_TRANSACTION (FULL, INCREMENTAL).
GRANT SELECT, PROCESS, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO 'reader'@'%';

-- INSERT, UPDATE, DELETE: required by the migration (REVERSE), checked by RDB_WRITE_PRIVILEGE.
-- TRIGGER: required to check MYSQL_DEFINER, MYSQL_ONLINE_DDL, RDB_OBJECT_TYPE (SCHEMA, FULL, INCREMENTAL).
GRANT INSERT, UPDATE, DELETE, TRIGGER ON `CRM`.`orders` TO 'reader'@'%';

-- INSERT, UPDATE, DELETE: required by the migration (REVERSE), checked by RDB_WRITE_PRIVILEGE.
-- SHOW VIEW: required by the migration (SCHEMA), checked by RDB_READ_PRIVILEGE.
GRANT INSERT, UPDATE, DELETE, SHOW VIEW ON `CRM`.`seen` TO 'reader'@'%';

-- INSERT, UPDATE, DELETE: required by the migration (REVERSE), checked by RDB_WRITE_PRIVILEGE.
-- SHOW VIEW: required by the migration (SCHEMA), checked by RDB_READ_PRIVILEGE.
-- TRIGGER: required to check MYSQL_DEFINER, MYSQL_ONLINE_DDL, RDB_OBJECT_TYPE, RDB_READ_PRIVILEGE (SCHEMA, FULL, INCREMENTAL).
-- EVENT: required to check MYSQL_DEFINER, RDB_OBJECT_TYPE, RDB_READ_PRIVILEGE (SCHEMA).
GRANT INSERT, UPDATE, DELETE, SHOW VIEW, TRIGGER, EVENT ON `my\_shop`.* TO 'reader'@'%';

-- INSERT, UPDATE, DELETE, CREATE: required by the migration (REVERSE), checked by RDB_WRITE_PRIVILEGE.
GRANT INSERT, UPDATE, DELETE, CREATE ON `test`.* TO 'reader'@'%';
-- Account for the destination of the task shop, written by precheck grants.
-- Server: OceanBase 4.3.0 at db.example:2881, not connected to. Schemas are assumed to contain whatever needs a privilege.
-- Phases: SCHEMA, FULL, INCREMENTAL, REVERSE.
-- Run it only on the destination, with an account that may create accounts and grant these privileges. Read it first.

-- Settings of this session: how names are read, and that GRANT does not create an account.
SET NAMES utf8mb4;
SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_CREATE_USER';

-- Replace the angle brackets and the word in them with the password in single quotes. Until then, the server refuses the statement.
CREATE USER 'writer'@'%' IDENTIFIED BY <password>;

-- SELECT: required by the migration (SCHEMA, FULL, INCREMENTAL, REVERSE), checked by RDB_WRITE_PRIVILEGE.
GRANT SELECT ON *.* TO 'writer'@'%';

-- EXECUTE: required to check RDB_VIEW (SCHEMA).
GRANT EXECUTE ON `crm2`.* TO 'writer'@'%';

-- INSERT: required by the migration (FULL, INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- UPDATE, DELETE: required by the migration (INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- CREATE, ALTER, INDEX, CREATE VIEW: required by the migration (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- DROP: required by the migration in some cases (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- TRIGGER: required to check RDB_DEST_FOREIGN_KEY_TRIGGER (FULL, INCREMENTAL).
GRANT INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, CREATE VIEW, TRIGGER ON `crm2`.`orders` TO 'writer'@'%';

-- INSERT: required by the migration (FULL, INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- UPDATE, DELETE: required by the migration (INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- CREATE, ALTER, INDEX, CREATE VIEW: required by the migration (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- DROP: required by the migration in some cases (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
GRANT INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, CREATE VIEW ON `crm2`.`seen2` TO 'writer'@'%';

-- INSERT: required by the migration (FULL, INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- UPDATE, DELETE: required by the migration (INCREMENTAL), checked by RDB_WRITE_PRIVILEGE.
-- CREATE, ALTER, INDEX, CREATE VIEW: required by the migration (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- DROP: required by the migration in some cases (SCHEMA), checked by RDB_WRITE_PRIVILEGE.
-- TRIGGER: required to check RDB_DEST_FOREIGN_KEY_TRIGGER (FULL, INCREMENTAL).
-- EXECUTE: required to check RDB_VIEW (SCHEMA).
GRANT INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP, CREATE VIEW, TRIGGER, EXECUTE ON `my_shop`.* TO 'writer'@'%';

-- ----------------------------------------------------------------------
-- Not in this script.

-- RDB_LOG_PRIVILEGE could not be checked: the log of OceanBase is read by an account of the tenant sys, and this endpoint connects to another tenant. Set source.drc (destination.drc) in the task file, or log on to the tenant sys and verify with SHOW GRANTS that the account has SELECT on everything.
