-- Logs of web servers and applications: partitions of every kind, wide keys, little else.

CREATE TABLE log_access (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  at datetime NOT NULL,
  vhost varchar(100) NOT NULL,
  ip varbinary(16) NOT NULL,
  method enum('GET','HEAD','POST','PUT','DELETE','PATCH','OPTIONS') NOT NULL,
  path varchar(2000) NOT NULL,
  status smallint unsigned NOT NULL,
  bytes bigint unsigned NOT NULL DEFAULT 0,
  agent_id int unsigned DEFAULT NULL,
  PRIMARY KEY (id, at),
  KEY log_access_at (at, status)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC PARTITION BY RANGE COLUMNS (at)
(PARTITION d0 VALUES LESS THAN ('2025-01-01 00:00:00'), PARTITION d1 VALUES LESS THAN ('2025-01-02 00:00:00'),
 PARTITION d2 VALUES LESS THAN ('2025-01-03 00:00:00'), PARTITION dn VALUES LESS THAN (MAXVALUE));

CREATE TABLE log_agent (
  agent_id int unsigned NOT NULL AUTO_INCREMENT,
  agent varchar(500) NOT NULL,
  bot tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (agent_id),
  UNIQUE KEY log_agent_text (agent)
) ENGINE=InnoDB;

CREATE TABLE log_error (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  severity tinyint unsigned NOT NULL,
  message text NOT NULL,
  trace mediumtext,
  PRIMARY KEY (id, at)
) ENGINE=InnoDB PARTITION BY RANGE (UNIX_TIMESTAMP(at))
(PARTITION p1 VALUES LESS THAN (1735689600), PARTITION p2 VALUES LESS THAN (1767225600),
 PARTITION p3 VALUES LESS THAN MAXVALUE);

CREATE TABLE log_by_host (
  host varchar(60) NOT NULL,
  seq bigint unsigned NOT NULL,
  line varchar(1000) DEFAULT NULL,
  PRIMARY KEY (host, seq)
) ENGINE=InnoDB PARTITION BY KEY (host) PARTITIONS 8;

CREATE TABLE log_by_host_linear (
  host varchar(60) NOT NULL,
  seq bigint unsigned NOT NULL,
  PRIMARY KEY (host, seq)
) ENGINE=InnoDB PARTITION BY LINEAR KEY (host) PARTITIONS 4;

CREATE TABLE log_by_region (
  region varchar(10) NOT NULL,
  seq bigint unsigned NOT NULL,
  PRIMARY KEY (region, seq)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 PARTITION BY LIST COLUMNS (region)
(PARTITION eu VALUES IN ('de','fr','it'), PARTITION us VALUES IN ('ny','ca'), PARTITION other VALUES IN ('-'));

CREATE TABLE log_by_month_day (
  y smallint NOT NULL,
  m tinyint NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (y, m, seq)
) ENGINE=InnoDB PARTITION BY RANGE (y) SUBPARTITION BY HASH (m) SUBPARTITIONS 3
(PARTITION old VALUES LESS THAN (2024), PARTITION recent VALUES LESS THAN (2026), PARTITION future VALUES LESS THAN MAXVALUE);

CREATE TABLE log_by_two (
  a int NOT NULL,
  b varchar(10) NOT NULL,
  c int DEFAULT NULL,
  KEY log_by_two_c (c)
) ENGINE=InnoDB PARTITION BY RANGE COLUMNS (a, b)
(PARTITION p0 VALUES LESS THAN (10, 'm'), PARTITION p1 VALUES LESS THAN (10, MAXVALUE),
 PARTITION p2 VALUES LESS THAN (MAXVALUE, MAXVALUE));

CREATE TABLE log_weekday (
  at date NOT NULL,
  n int NOT NULL,
  PRIMARY KEY (at)
) ENGINE=InnoDB PARTITION BY LIST (WEEKDAY(at))
(PARTITION work VALUES IN (0,1,2,3,4), PARTITION weekend VALUES IN (5,6));

CREATE TABLE log_audit (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  tenant int unsigned NOT NULL,
  actor varchar(100) NOT NULL,
  action varchar(60) NOT NULL,
  detail longtext,
  checksum binary(32) DEFAULT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE KEY log_audit_id (id, tenant)
) ENGINE=InnoDB PARTITION BY HASH (tenant) PARTITIONS 5;

CREATE TABLE log_metric (
  series int unsigned NOT NULL,
  ts int unsigned NOT NULL,
  v float DEFAULT NULL,
  PRIMARY KEY (series, ts)
) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4;

CREATE TABLE log_compact (
  id int NOT NULL,
  line varchar(255) NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB ROW_FORMAT=COMPACT;

CREATE TABLE log_redundant (
  id int NOT NULL,
  line varchar(255) NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB ROW_FORMAT=REDUNDANT;

CREATE TABLE log_mail (
  id int NOT NULL AUTO_INCREMENT,
  rcpt varchar(254) CHARACTER SET ascii NOT NULL,
  subject varchar(998) DEFAULT NULL,
  queued datetime NOT NULL,
  sent datetime DEFAULT NULL,
  tries tinyint unsigned NOT NULL DEFAULT 0,
  seconds int GENERATED ALWAYS AS (TIMESTAMPDIFF(SECOND, queued, sent)) VIRTUAL,
  PRIMARY KEY (id),
  KEY log_mail_rcpt (rcpt)
) ENGINE=InnoDB STATS_PERSISTENT=1 STATS_AUTO_RECALC=0 STATS_SAMPLE_PAGES=16;

CREATE TABLE log_cron (
  job varchar(60) NOT NULL,
  started datetime(6) NOT NULL,
  took time(3) DEFAULT NULL,
  rc smallint DEFAULT NULL,
  out_tail varchar(4000) DEFAULT NULL,
  PRIMARY KEY (job, started DESC)
) ENGINE=InnoDB;

CREATE VIEW log_daily AS
SELECT DATE(at) AS day, vhost, COUNT(*) AS hits, SUM(bytes) AS bytes, COUNT(DISTINCT ip) AS visitors
FROM log_access GROUP BY DATE(at), vhost;

CREATE VIEW log_bad AS
SELECT a.at, a.path, a.status, g.agent FROM log_access a LEFT JOIN log_agent g USING (agent_id) WHERE a.status >= 400;

CREATE VIEW log_hour AS
SELECT HOUR(at) AS h, AVG(bytes) AS avg_bytes, STDDEV_POP(bytes) AS dev, BIT_OR(status) AS bits FROM log_access GROUP BY HOUR(at);

CREATE VIEW log_ip AS SELECT INET6_NTOA(ip) AS ip, MIN(at) AS first_seen, MAX(at) AS last_seen FROM log_access GROUP BY ip;
