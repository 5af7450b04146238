-- The logs on MariaDB: bounds and keys that only its partitioning takes.

CREATE TABLE log_slashes (
  at date NOT NULL,
  n int NOT NULL
) ENGINE=InnoDB PARTITION BY RANGE COLUMNS (at)
(PARTITION p0 VALUES LESS THAN ('2024/01/01'), PARTITION p1 VALUES LESS THAN ('2025/01/01'));

CREATE TABLE log_compact_date (
  at date NOT NULL,
  n int NOT NULL
) ENGINE=InnoDB PARTITION BY RANGE COLUMNS (at)
(PARTITION p0 VALUES LESS THAN ('20240101'), PARTITION p1 VALUES LESS THAN ('20250101'));

CREATE TABLE log_short_date (
  at date NOT NULL,
  n int NOT NULL
) ENGINE=InnoDB PARTITION BY RANGE COLUMNS (at)
(PARTITION p0 VALUES LESS THAN ('24-1-1'), PARTITION p1 VALUES LESS THAN ('2025-1-1'));

CREATE TABLE log_time_dots (
  at datetime NOT NULL,
  n int NOT NULL
) ENGINE=InnoDB PARTITION BY RANGE COLUMNS (at)
(PARTITION p0 VALUES LESS THAN ('2024-01-01 00.00.00'), PARTITION p1 VALUES LESS THAN ('2025-01-01T00:00:00'));

CREATE TABLE log_auto (
  id bigint NOT NULL,
  at datetime(6) NOT NULL DEFAULT current_timestamp(6),
  PRIMARY KEY (id, at)
) ENGINE=InnoDB PARTITION BY RANGE COLUMNS (at)
(PARTITION p0 VALUES LESS THAN ('2024-01-01'), PARTITION p1 VALUES LESS THAN (MAXVALUE));

CREATE TABLE log_unique_hash (
  host int NOT NULL,
  url text NOT NULL,
  KEY (host),
  UNIQUE KEY (url) USING HASH
) ENGINE=InnoDB DEFAULT CHARSET=latin1;

CREATE TABLE log_aria_parts (
  host int NOT NULL,
  PRIMARY KEY (host)
) ENGINE=Aria PARTITION BY HASH (host) PARTITIONS 2;

CREATE TABLE log_own_options (
  host int NOT NULL,
  PRIMARY KEY (host)
) ENGINE=InnoDB PARTITION BY RANGE (host)
(PARTITION p0 VALUES LESS THAN (10) DATA DIRECTORY = '/tmp', PARTITION p1 VALUES LESS THAN (20));

CREATE TABLE log_ignored_key (
  id int NOT NULL,
  a int NOT NULL,
  PRIMARY KEY (id),
  KEY a (a) IGNORED
) ENGINE=InnoDB;

CREATE VIEW log_skip AS SELECT id FROM log_mail LOCK IN SHARE MODE;

CREATE VIEW log_json_detail AS SELECT id, JSON_DETAILED(detail) AS d FROM log_audit;

CREATE VIEW log_elapsed AS SELECT job, SEC_TO_TIME(TIMESTAMPDIFF(SECOND, started, NOW())) AS ago FROM log_cron;

CREATE VIEW log_addmonths AS SELECT job, ADD_MONTHS(started, 1) AS next_month FROM log_cron;

CREATE VIEW log_chr AS SELECT id, CHR(severity + 65) AS letter FROM log_error;

-- Hours of a day, a day that is not empty, and a pattern of bytes.
CREATE TABLE access_window (
  id INT NOT NULL PRIMARY KEY,
  opened DATETIME,
  CONSTRAINT access_window_opened CHECK (DATE(opened) <> '')
);
CREATE TABLE raw_line (
  id INT NOT NULL PRIMARY KEY,
  line VARBINARY(400),
  is_error TINYINT AS (line REGEXP 'error|fatal')
);
CREATE TABLE raw_line_text (
  id INT NOT NULL PRIMARY KEY,
  line VARBINARY(400),
  is_error TINYINT AS (CONVERT(line USING latin1) REGEXP 'error|fatal')
);
CREATE TABLE log_code (
  id INT NOT NULL PRIMARY KEY,
  name VARCHAR(40),
  code INT
);
CREATE VIEW log_code_numeric AS SELECT id FROM log_code WHERE name = CAST(code AS CHAR);
CREATE VIEW log_code_binary AS SELECT id FROM raw_line WHERE line REGEXP '^GET';
CREATE TABLE log_text_parts (
  id INT NOT NULL PRIMARY KEY,
  body TEXT,
  FULLTEXT KEY (body)
) PARTITION BY HASH (id) PARTITIONS 4;
CREATE TABLE log_cache (
  id INT NOT NULL,
  seen INT,
  PRIMARY KEY (id),
  KEY recent (seen DESC) USING BTREE
) ENGINE=MEMORY;
