-- A ticket system of 2012: many small tables, status tables with foreign keys, soft deletes.

CREATE TABLE hd_queue (
  id smallint NOT NULL AUTO_INCREMENT,
  name varchar(100) NOT NULL,
  email varchar(150) NOT NULL DEFAULT '',
  deleted_at datetime DEFAULT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY hd_queue_name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_swedish_ci;

CREATE TABLE hd_state (
  id tinyint NOT NULL,
  name varchar(30) NOT NULL,
  final tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_swedish_ci;

CREATE TABLE hd_agent (
  id int NOT NULL AUTO_INCREMENT,
  login varchar(50) NOT NULL,
  salt binary(8) NOT NULL,
  hash varbinary(64) NOT NULL,
  tz varchar(40) NOT NULL DEFAULT 'Europe/Berlin',
  signature text,
  PRIMARY KEY (id),
  UNIQUE KEY (login)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_swedish_ci;

CREATE TABLE hd_ticket (
  id bigint NOT NULL AUTO_INCREMENT,
  tn varchar(50) NOT NULL,
  title varchar(255) DEFAULT NULL,
  queue_id smallint NOT NULL,
  state_id tinyint NOT NULL,
  owner_id int DEFAULT NULL,
  priority tinyint NOT NULL DEFAULT 3,
  escalation_time int NOT NULL DEFAULT 0,
  created datetime NOT NULL,
  changed timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY hd_ticket_tn (tn),
  KEY hd_ticket_queue (queue_id, state_id),
  KEY hd_ticket_state (state_id),
  KEY hd_ticket_owner (owner_id),
  CONSTRAINT FK_ticket_queue FOREIGN KEY (queue_id) REFERENCES hd_queue (id),
  CONSTRAINT FK_ticket_state FOREIGN KEY (state_id) REFERENCES hd_state (id),
  CONSTRAINT FK_ticket_owner FOREIGN KEY (owner_id) REFERENCES hd_agent (id) ON DELETE SET NULL ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_swedish_ci;

CREATE TABLE hd_article (
  id bigint NOT NULL AUTO_INCREMENT,
  ticket_id bigint NOT NULL,
  sender varchar(250) NOT NULL,
  subject varchar(500) DEFAULT NULL,
  body longtext NOT NULL,
  incoming_time int NOT NULL,
  PRIMARY KEY (id),
  KEY (ticket_id),
  FULLTEXT KEY hd_article_text (subject, body),
  CONSTRAINT FK_article_ticket FOREIGN KEY (ticket_id) REFERENCES hd_ticket (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_swedish_ci;

CREATE TABLE hd_attachment (
  id bigint NOT NULL AUTO_INCREMENT,
  article_id bigint NOT NULL,
  filename varchar(250) DEFAULT NULL,
  content longblob NOT NULL,
  PRIMARY KEY (id),
  KEY (article_id),
  CONSTRAINT FK_attachment_article FOREIGN KEY (article_id) REFERENCES hd_article (id)
) ENGINE=InnoDB;

CREATE TABLE hd_history (
  id bigint NOT NULL AUTO_INCREMENT,
  ticket_id bigint NOT NULL,
  what varchar(60) NOT NULL,
  old_value varchar(200) DEFAULT NULL,
  new_value varchar(200) DEFAULT NULL,
  at datetime NOT NULL,
  PRIMARY KEY (id),
  KEY hd_history_ticket (ticket_id, at)
) ENGINE=InnoDB;

CREATE TABLE hd_sla (
  id int NOT NULL AUTO_INCREMENT,
  name varchar(100) NOT NULL,
  first_response time DEFAULT '04:00:00',
  solution time NOT NULL DEFAULT '838:59:59',
  business_days set('mo','tu','we','th','fr','sa','su') NOT NULL DEFAULT 'mo,tu,we,th,fr',
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE hd_dynamic_field (
  id int NOT NULL AUTO_INCREMENT,
  name varchar(100) NOT NULL,
  label varchar(200) NOT NULL,
  config longblob,
  field_order int NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY (name)
) ENGINE=InnoDB;

CREATE TABLE hd_dynamic_value (
  id int NOT NULL AUTO_INCREMENT,
  field_id int NOT NULL,
  object_id bigint NOT NULL,
  value_text varchar(3800) DEFAULT NULL,
  value_date datetime DEFAULT NULL,
  value_int bigint DEFAULT NULL,
  PRIMARY KEY (id),
  KEY hd_dynamic_search (field_id, value_text(150)),
  CONSTRAINT FK_dynamic_field FOREIGN KEY (field_id) REFERENCES hd_dynamic_field (id)
) ENGINE=InnoDB;

CREATE TABLE hd_session (
  id bigint NOT NULL AUTO_INCREMENT,
  session_id varchar(100) NOT NULL,
  data_key varchar(100) NOT NULL,
  data_value text,
  serialized smallint NOT NULL,
  PRIMARY KEY (id),
  KEY (session_id),
  KEY hd_session_key (session_id, data_key)
) ENGINE=InnoDB;

CREATE TABLE hd_lock (
  name varchar(60) NOT NULL,
  until datetime NOT NULL,
  PRIMARY KEY (name) USING BTREE
) ENGINE=InnoDB COMMENT='one row per job; "quoted" and \\ back';

CREATE VIEW hd_open AS
SELECT t.id, t.tn, q.name AS queue, s.name AS state, a.login FROM hd_ticket t
JOIN hd_queue q ON q.id = t.queue_id JOIN hd_state s ON s.id = t.state_id LEFT JOIN hd_agent a ON a.id = t.owner_id
WHERE s.final = 0;

CREATE VIEW hd_load AS SELECT COALESCE(login, 'nobody') AS login, COUNT(*) AS n FROM hd_open GROUP BY COALESCE(login, 'nobody');

CREATE VIEW hd_age AS
SELECT id, TIMESTAMPDIFF(HOUR, created, UTC_TIMESTAMP()) AS hours, DATE_ADD(created, INTERVAL priority DAY) AS due,
  WEEK(created, 1) AS wk, DAYNAME(created) AS dow FROM hd_ticket;

CREATE ALGORITHM=TEMPTABLE VIEW hd_first AS SELECT ticket_id, MIN(id) AS first_article FROM hd_article GROUP BY ticket_id;

CREATE ALGORITHM=MERGE VIEW hd_field AS SELECT f.name, v.object_id, v.value_text FROM hd_dynamic_field f JOIN hd_dynamic_value v ON v.field_id = f.id;
