-- The logs on MySQL: options and keys that only MySQL has.

CREATE TABLE log_document (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  doc json DEFAULT NULL,
  at datetime(3) GENERATED ALWAYS AS (str_to_date(json_unquote(json_extract(doc, '$.at')), '%Y-%m-%d')) STORED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE log_document_virtual (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  doc json DEFAULT NULL,
  level varchar(10) GENERATED ALWAYS AS (doc->>'$.level') VIRTUAL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE log_key_algorithm (
  id int NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB PARTITION BY KEY ALGORITHM=2 (id) PARTITIONS 2;

CREATE TABLE log_secondary (
  id int NOT NULL,
  body varchar(100) NOT NULL,
  PRIMARY KEY (id),
  KEY body (body DESC)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COMMENT='secondary';

CREATE TABLE log_secondary_engine (
  id int NOT NULL,
  a int NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB SECONDARY_ENGINE=rapid;

CREATE TABLE log_expression_mix (
  id int NOT NULL,
  a varchar(50) NOT NULL,
  b varchar(50) NOT NULL,
  PRIMARY KEY (id),
  KEY mixed (a, (upper(b)), b)
) ENGINE=InnoDB DEFAULT CHARSET=latin1;

CREATE TABLE log_my_row_id (
  a int NOT NULL,
  hidden int NOT NULL DEFAULT 1 INVISIBLE,
  PRIMARY KEY (a)
) ENGINE=InnoDB;

CREATE TABLE log_unsigned_float (
  id int NOT NULL,
  a float(7,3) unsigned DEFAULT NULL,
  b double unsigned zerofill DEFAULT NULL,
  c decimal(10,0) unsigned DEFAULT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE VIEW log_locked AS SELECT id FROM log_mail FOR UPDATE SKIP LOCKED;

CREATE VIEW log_shared AS SELECT id FROM log_mail FOR SHARE;

CREATE VIEW log_pretty AS SELECT id, JSON_PRETTY(detail) AS d FROM log_audit;

CREATE VIEW log_overlap AS SELECT id FROM log_document WHERE JSON_OVERLAPS(doc, '[1,2]');

CREATE VIEW log_storage AS SELECT id, JSON_STORAGE_SIZE(doc) AS bytes FROM log_document;

CREATE VIEW log_at_zone AS SELECT id, CAST(at AT TIME ZONE '+00:00' AS DATETIME) AS utc FROM log_error WHERE id < 0;

-- Times that are calculated and stored, and defaults that are numbers of elements.
CREATE TABLE call_time (
  id INT NOT NULL PRIMARY KEY,
  seconds DECIMAL(9,3),
  whole INT,
  took TIME AS (SEC_TO_TIME(seconds)) STORED
);
CREATE TABLE call_time_whole (
  id INT NOT NULL PRIMARY KEY,
  seconds DECIMAL(9,3),
  whole INT,
  took TIME AS (SEC_TO_TIME(whole)) STORED
);
CREATE TABLE call_end (
  id INT NOT NULL PRIMARY KEY,
  started DATETIME,
  ended DATETIME AS (IFNULL(started, '2000-01-01')) STORED
);
CREATE TABLE call_week (
  id INT NOT NULL PRIMARY KEY,
  started DATETIME,
  week INT AS (EXTRACT(WEEK FROM started)) STORED
);
CREATE TABLE call_state (
  id INT NOT NULL PRIMARY KEY,
  state ENUM('new','done') DEFAULT (1)
);
CREATE TABLE call_state_text (
  id INT NOT NULL PRIMARY KEY,
  state ENUM('new','done') DEFAULT ('new')
);
