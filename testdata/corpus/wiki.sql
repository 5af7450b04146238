-- A wiki whose texts and names are bytes: varbinary keys, counters, link tables.

CREATE TABLE wiki_actor (
  actor_id bigint unsigned NOT NULL AUTO_INCREMENT,
  actor_user int unsigned DEFAULT NULL,
  actor_name varbinary(255) NOT NULL,
  PRIMARY KEY (actor_id),
  UNIQUE KEY actor_name (actor_name),
  UNIQUE KEY actor_user (actor_user)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_page (
  page_id int unsigned NOT NULL AUTO_INCREMENT,
  page_namespace int NOT NULL,
  page_title varbinary(255) NOT NULL,
  page_is_redirect tinyint unsigned NOT NULL DEFAULT 0,
  page_random double unsigned NOT NULL,
  page_touched binary(14) NOT NULL,
  page_latest int unsigned NOT NULL,
  page_len int unsigned NOT NULL,
  page_lang varbinary(35) DEFAULT NULL,
  PRIMARY KEY (page_id),
  UNIQUE KEY page_name_title (page_namespace, page_title),
  KEY page_random (page_random),
  KEY page_len (page_len)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_revision (
  rev_id bigint unsigned NOT NULL AUTO_INCREMENT,
  rev_page int unsigned NOT NULL,
  rev_actor bigint unsigned NOT NULL DEFAULT 0,
  rev_timestamp binary(14) NOT NULL DEFAULT '19700101000000',
  rev_minor_edit tinyint unsigned NOT NULL DEFAULT 0,
  rev_len int unsigned DEFAULT NULL,
  rev_parent_id bigint unsigned DEFAULT NULL,
  rev_sha1 varbinary(32) NOT NULL DEFAULT '',
  PRIMARY KEY (rev_id),
  KEY rev_page_timestamp (rev_page, rev_timestamp),
  KEY rev_actor_timestamp (rev_actor, rev_timestamp, rev_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_text (
  old_id int unsigned NOT NULL AUTO_INCREMENT,
  old_text mediumblob NOT NULL,
  old_flags tinyblob NOT NULL,
  PRIMARY KEY (old_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary MAX_ROWS=10000000 AVG_ROW_LENGTH=10240;

CREATE TABLE wiki_pagelink (
  pl_from int unsigned NOT NULL DEFAULT 0,
  pl_namespace int NOT NULL DEFAULT 0,
  pl_title varbinary(255) NOT NULL DEFAULT '',
  PRIMARY KEY (pl_from, pl_namespace, pl_title),
  KEY pl_namespace (pl_namespace, pl_title, pl_from)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_category (
  cat_id int unsigned NOT NULL AUTO_INCREMENT,
  cat_title varbinary(255) NOT NULL,
  cat_pages int NOT NULL DEFAULT 0,
  PRIMARY KEY (cat_id),
  UNIQUE KEY cat_title (cat_title)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_categorylink (
  cl_from int unsigned NOT NULL DEFAULT 0,
  cl_to varbinary(255) NOT NULL DEFAULT '',
  cl_sortkey varbinary(230) NOT NULL DEFAULT '',
  cl_timestamp timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  cl_type enum('page','subcat','file') NOT NULL DEFAULT 'page',
  PRIMARY KEY (cl_from, cl_to),
  KEY cl_sortkey (cl_to, cl_type, cl_sortkey, cl_from)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_externallink (
  el_id int unsigned NOT NULL AUTO_INCREMENT,
  el_from int unsigned NOT NULL,
  el_to blob NOT NULL,
  el_index varbinary(60) NOT NULL,
  PRIMARY KEY (el_id),
  KEY el_to (el_to(40), el_from),
  KEY el_index (el_index)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_image (
  img_name varbinary(255) NOT NULL,
  img_size int unsigned NOT NULL DEFAULT 0,
  img_width int NOT NULL DEFAULT 0,
  img_bits tinyint NOT NULL DEFAULT 0,
  img_media_type enum('UNKNOWN','BITMAP','DRAWING','AUDIO','VIDEO','3D') DEFAULT NULL,
  img_metadata mediumblob NOT NULL,
  img_sha1 varbinary(32) NOT NULL DEFAULT '',
  PRIMARY KEY (img_name),
  KEY img_size (img_size),
  KEY img_sha1 (img_sha1(10))
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_log (
  log_id int unsigned NOT NULL AUTO_INCREMENT,
  log_type varbinary(32) NOT NULL DEFAULT '',
  log_timestamp binary(14) NOT NULL DEFAULT '19700101000000',
  log_params blob NOT NULL,
  log_deleted tinyint unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (log_id),
  KEY type_time (log_type, log_timestamp)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_recent (
  rc_id int NOT NULL AUTO_INCREMENT,
  rc_timestamp binary(14) NOT NULL DEFAULT '\0\0\0\0\0\0\0\0\0\0\0\0\0\0',
  rc_title varbinary(255) NOT NULL DEFAULT '',
  rc_bot tinyint unsigned NOT NULL DEFAULT 0,
  rc_ip varbinary(40) NOT NULL DEFAULT '',
  PRIMARY KEY (rc_id),
  KEY rc_timestamp (rc_timestamp),
  KEY new_name (rc_bot, rc_title, rc_timestamp)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_site_stats (
  ss_row_id int unsigned NOT NULL,
  ss_total_edits bigint unsigned DEFAULT NULL,
  ss_users bigint DEFAULT NULL,
  PRIMARY KEY (ss_row_id)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_search (
  si_page int unsigned NOT NULL,
  si_title varchar(255) NOT NULL DEFAULT '',
  si_text mediumtext NOT NULL,
  UNIQUE KEY si_page (si_page),
  FULLTEXT KEY si_title (si_title),
  FULLTEXT KEY si_text (si_text)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE wiki_user (
  user_id int unsigned NOT NULL AUTO_INCREMENT,
  user_name varbinary(255) NOT NULL DEFAULT '',
  user_real_name varbinary(255) NOT NULL DEFAULT '',
  user_password tinyblob NOT NULL,
  user_email tinytext NOT NULL,
  user_touched binary(14) NOT NULL,
  user_editcount int unsigned DEFAULT NULL,
  PRIMARY KEY (user_id),
  UNIQUE KEY user_name (user_name),
  KEY user_email (user_email(50))
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_user_groups (
  ug_user int unsigned NOT NULL DEFAULT 0,
  ug_group varbinary(255) NOT NULL DEFAULT '',
  ug_expiry varbinary(14) DEFAULT NULL,
  PRIMARY KEY (ug_user, ug_group),
  KEY ug_expiry (ug_expiry)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_job (
  job_id int unsigned NOT NULL AUTO_INCREMENT,
  job_cmd varbinary(60) NOT NULL DEFAULT '',
  job_params mediumblob NOT NULL,
  job_token varbinary(32) NOT NULL DEFAULT '',
  PRIMARY KEY (job_id),
  KEY job_cmd (job_cmd, job_params(128))
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_object_cache (
  keyname varbinary(255) NOT NULL DEFAULT '',
  value mediumblob,
  exptime datetime DEFAULT NULL,
  PRIMARY KEY (keyname),
  KEY exptime (exptime)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE VIEW wiki_article AS
SELECT page_id, CONVERT(page_title USING utf8mb4) AS title, page_len FROM wiki_page WHERE page_namespace = 0;

CREATE VIEW wiki_edits_by_actor AS
SELECT a.actor_id, MAX(r.rev_timestamp) AS latest, COUNT(r.rev_id) AS edits
FROM wiki_actor a LEFT JOIN wiki_revision r ON r.rev_actor = a.actor_id GROUP BY a.actor_id;
