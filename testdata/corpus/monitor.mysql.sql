-- Extensions of the monitoring system that an operator made on MySQL.

CREATE TABLE mon_json_event (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  doc json NOT NULL,
  host varchar(64) GENERATED ALWAYS AS (json_unquote(json_extract(doc, '$.host'))) VIRTUAL,
  PRIMARY KEY (id),
  KEY host (host)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_json_tags (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  doc json NOT NULL,
  PRIMARY KEY (id),
  KEY tags ((CAST(doc->'$.tags' AS UNSIGNED ARRAY)))
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_json_default (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  doc json NOT NULL DEFAULT (json_object()),
  PRIMARY KEY (id)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_history_day (
  itemid bigint unsigned NOT NULL,
  day date NOT NULL,
  value double NOT NULL,
  PRIMARY KEY (itemid, day)
) ENGINE=InnoDB PARTITION BY RANGE COLUMNS (day)
(PARTITION p1 VALUES LESS THAN ('2025-01-01'), PARTITION p2 VALUES LESS THAN (MAXVALUE));

CREATE TABLE mon_embedding (
  itemid bigint unsigned NOT NULL,
  v vector(4) NOT NULL,
  PRIMARY KEY (itemid)
) ENGINE=InnoDB;

CREATE TABLE mon_strict_column (
  itemid bigint unsigned NOT NULL,
  a int NOT NULL,
  b int GENERATED ALWAYS AS (a + 1) STORED NOT NULL,
  PRIMARY KEY (itemid)
) ENGINE=InnoDB;

CREATE TABLE mon_loose_check (
  itemid bigint unsigned NOT NULL,
  a int NOT NULL,
  PRIMARY KEY (itemid),
  CONSTRAINT a_positive CHECK (a > 0) NOT ENFORCED
) ENGINE=InnoDB;

CREATE TABLE mon_autoextend (
  id int NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB AUTOEXTEND_SIZE=4M;

CREATE VIEW mon_running_total AS
SELECT itemid, clock, SUM(num) OVER w AS total FROM mon_trends WINDOW w AS (PARTITION BY itemid ORDER BY clock);

CREATE VIEW mon_tags AS
SELECT e.id, t.tag FROM mon_json_event e,
JSON_TABLE(e.doc, '$.tags[*]' COLUMNS (tag varchar(64) PATH '$')) t;

CREATE VIEW mon_roll AS
SELECT itemid, SUM(num) AS n FROM mon_trends GROUP BY itemid WITH ROLLUP;

CREATE VIEW mon_roll_ordered AS
SELECT itemid, SUM(num) AS n FROM mon_trends GROUP BY itemid WITH ROLLUP ORDER BY n;

CREATE VIEW mon_grouping AS
SELECT itemid, GROUPING(itemid) AS all_items, SUM(num) AS n FROM mon_trends GROUP BY itemid WITH ROLLUP;

CREATE VIEW mon_json_group AS
SELECT type, JSON_ARRAYAGG(hostid) AS hosts FROM mon_items GROUP BY type;

CREATE VIEW mon_server_tables AS SELECT NAME, N_COLS FROM information_schema.INNODB_TABLES;

CREATE VIEW mon_lock_waits AS SELECT * FROM performance_schema.data_lock_waits;

CREATE VIEW mon_table_sizes AS
SELECT TABLE_SCHEMA, TABLE_NAME, DATA_LENGTH + INDEX_LENGTH AS bytes FROM information_schema.TABLES;

CREATE VIEW mon_uuid AS SELECT hostid, BIN_TO_UUID(UNHEX(uuid)) AS uuid FROM mon_hosts WHERE IS_UUID(uuid);
