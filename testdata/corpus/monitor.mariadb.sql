-- Extensions of the monitoring system that an operator made on MariaDB.

CREATE SEQUENCE mon_ticket_no START WITH 1000 INCREMENT BY 1 CACHE 20;

CREATE TABLE mon_ticket (
  id bigint NOT NULL DEFAULT NEXTVAL(mon_ticket_no),
  subject varchar(200) NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_setting_history (
  name varchar(64) NOT NULL,
  value varchar(255) NOT NULL,
  PRIMARY KEY (name)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin WITH SYSTEM VERSIONING;

CREATE TABLE mon_contract_history (
  id int NOT NULL,
  x int,
  row_start timestamp(6) GENERATED ALWAYS AS ROW START,
  row_end timestamp(6) GENERATED ALWAYS AS ROW END,
  PERIOD FOR SYSTEM_TIME (row_start, row_end),
  PRIMARY KEY (id, row_end)
) ENGINE=InnoDB WITH SYSTEM VERSIONING
PARTITION BY SYSTEM_TIME (PARTITION p_hist HISTORY, PARTITION p_cur CURRENT);

CREATE TABLE mon_duty (
  person varchar(40) NOT NULL,
  starts date NOT NULL,
  ends date NOT NULL,
  PERIOD FOR shift (starts, ends),
  PRIMARY KEY (person, shift WITHOUT OVERLAPS)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_duty_plain (
  person varchar(40) NOT NULL,
  starts date NOT NULL,
  ends date NOT NULL,
  PRIMARY KEY (person, starts),
  CONSTRAINT duty_order CHECK (starts < ends)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_region (
  id int NOT NULL,
  code int NOT NULL,
  PRIMARY KEY (id, code)
) ENGINE=InnoDB PARTITION BY LIST (code)
(PARTITION p_north VALUES IN (1, 2, 3), PARTITION p_rest DEFAULT);

CREATE TABLE mon_region_plain (
  id int NOT NULL,
  code int NOT NULL,
  PRIMARY KEY (id, code)
) ENGINE=InnoDB PARTITION BY LIST (code)
(PARTITION p_none VALUES IN (0, NULL), PARTITION p_north VALUES IN (1, 2, 3));

CREATE TABLE mon_region_text (
  id int NOT NULL,
  code char(2) NOT NULL,
  PRIMARY KEY (id, code)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin PARTITION BY LIST COLUMNS (code)
(PARTITION p_de VALUES IN ('DE','AT'), PARTITION p_rest DEFAULT);

CREATE TABLE mon_latest (
  itemid bigint unsigned NOT NULL,
  value double NOT NULL,
  PRIMARY KEY (itemid)
) ENGINE=MyISAM PARTITION BY KEY (itemid) PARTITIONS 3;

CREATE VIEW mon_ticket_list AS SELECT id, subject FROM mon_ticket ORDER BY id DESC;

CREATE VIEW mon_setting_past AS SELECT name, value FROM mon_setting_history FOR SYSTEM_TIME ALL;

CREATE VIEW mon_median AS
SELECT DISTINCT itemid, MEDIAN(value) OVER (PARTITION BY itemid) AS med FROM mon_history_uint;

CREATE VIEW mon_running_total AS
SELECT itemid, clock, SUM(num) OVER (PARTITION BY itemid ORDER BY clock) AS total FROM mon_trends;

CREATE VIEW mon_server_threads AS SELECT ID, USER, TIME_MS FROM information_schema.PROCESSLIST;

CREATE VIEW mon_server_sessions AS SELECT ID, USER, COMMAND FROM information_schema.PROCESSLIST;

CREATE VIEW mon_table_sizes AS
SELECT TABLE_SCHEMA, TABLE_NAME, DATA_LENGTH + INDEX_LENGTH AS bytes FROM information_schema.TABLES;
