-- A publishing system of 2008: utf8mb3 tables, prefix keys, meta tables.

CREATE TABLE blog_post (
  ID bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  post_author bigint(20) unsigned NOT NULL DEFAULT '0',
  post_date datetime NOT NULL DEFAULT '1970-01-01 00:00:00',
  post_content longtext NOT NULL,
  post_title text NOT NULL,
  post_status varchar(20) NOT NULL DEFAULT 'publish',
  post_name varchar(200) NOT NULL DEFAULT '',
  post_parent bigint(20) unsigned NOT NULL DEFAULT '0',
  guid varchar(255) NOT NULL DEFAULT '',
  menu_order int(11) NOT NULL DEFAULT '0',
  PRIMARY KEY (ID),
  KEY post_name (post_name(191)),
  KEY type_status_date (post_status, post_date, ID),
  KEY post_parent (post_parent)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;

CREATE TABLE blog_postmeta (
  meta_id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  post_id bigint(20) unsigned NOT NULL DEFAULT '0',
  meta_key varchar(255) DEFAULT NULL,
  meta_value longtext,
  PRIMARY KEY (meta_id),
  KEY post_id (post_id),
  KEY meta_key (meta_key(191))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_unicode_ci;

CREATE TABLE blog_comment (
  comment_ID bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  comment_post_ID bigint(20) unsigned NOT NULL DEFAULT '0',
  comment_author tinytext NOT NULL,
  comment_author_IP varchar(100) NOT NULL DEFAULT '',
  comment_content text NOT NULL,
  comment_karma int(11) NOT NULL DEFAULT '0',
  comment_approved varchar(20) NOT NULL DEFAULT '1',
  PRIMARY KEY (comment_ID),
  KEY comment_post_ID (comment_post_ID)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb3;

CREATE TABLE blog_option (
  option_id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  option_name varchar(191) NOT NULL DEFAULT '',
  option_value longtext NOT NULL,
  autoload varchar(20) NOT NULL DEFAULT 'yes',
  PRIMARY KEY (option_id),
  UNIQUE KEY option_name (option_name),
  KEY autoload (autoload)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE blog_term (
  term_id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  name varchar(200) NOT NULL DEFAULT '',
  slug varchar(200) NOT NULL DEFAULT '',
  term_group bigint(10) NOT NULL DEFAULT 0,
  PRIMARY KEY (term_id),
  KEY slug (slug(191)),
  KEY name (name(191))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE blog_term_relation (
  object_id bigint(20) unsigned NOT NULL DEFAULT 0,
  term_id bigint(20) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (object_id, term_id),
  KEY term_id (term_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE blog_user (
  ID bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  user_login varchar(60) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin NOT NULL DEFAULT '',
  user_pass varchar(255) NOT NULL DEFAULT '',
  user_email varchar(100) NOT NULL DEFAULT '',
  user_status int(11) NOT NULL DEFAULT '0',
  display_name varchar(250) NOT NULL DEFAULT '',
  PRIMARY KEY (ID),
  KEY user_login_key (user_login)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_520_ci;

CREATE TABLE blog_link (
  link_id bigint unsigned NOT NULL AUTO_INCREMENT,
  link_url varchar(255) NOT NULL DEFAULT '',
  link_rating int NOT NULL DEFAULT 0,
  link_updated timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  link_notes mediumtext NOT NULL,
  PRIMARY KEY (link_id)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;

CREATE TABLE blog_media (
  media_id int NOT NULL AUTO_INCREMENT,
  sha1 binary(20) NOT NULL,
  width smallint unsigned DEFAULT NULL,
  height smallint unsigned DEFAULT NULL,
  ratio double GENERATED ALWAYS AS (width / height) VIRTUAL,
  megapixel decimal(6,1) GENERATED ALWAYS AS (width * height / 1000000) STORED,
  hex_sha1 varchar(40) GENERATED ALWAYS AS (lower(hex(sha1))) VIRTUAL,
  PRIMARY KEY (media_id),
  UNIQUE KEY sha1 (sha1)
) ENGINE=InnoDB;

CREATE TABLE blog_redirect (
  source varchar(700) CHARACTER SET ascii NOT NULL,
  target varchar(2000) NOT NULL,
  code enum('301','302','410') NOT NULL DEFAULT '301',
  PRIMARY KEY (source)
) ENGINE=InnoDB;

CREATE TABLE blog_hit (
  day date NOT NULL,
  post_id bigint unsigned NOT NULL,
  hits int unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (day, post_id)
) ENGINE=InnoDB PARTITION BY RANGE (YEAR(day))
(PARTITION y2023 VALUES LESS THAN (2024), PARTITION y2024 VALUES LESS THAN (2025), PARTITION rest VALUES LESS THAN MAXVALUE);

CREATE TABLE `blog-draft.2` (
  `a b` int NOT NULL,
  `c.d` varchar(10) DEFAULT NULL,
  `e``f` varchar(10) DEFAULT NULL,
  `2nd` int DEFAULT NULL,
  `Größe` int DEFAULT NULL,
  PRIMARY KEY (`a b`),
  KEY `k-1` (`c.d`, `e``f`)
) ENGINE=InnoDB;

CREATE VIEW blog_published AS
SELECT p.ID, p.post_title, u.display_name, p.post_date FROM blog_post p JOIN blog_user u ON u.ID = p.post_author
WHERE p.post_status = 'publish' AND p.post_date <= NOW();

CREATE VIEW blog_meta_wide AS
SELECT post_id, MAX(IF(meta_key = 'color', meta_value, NULL)) AS color, MAX(IF(meta_key = 'size', meta_value, NULL)) AS size
FROM blog_postmeta GROUP BY post_id;

CREATE VIEW blog_top AS
SELECT post_id, SUM(hits) AS hits FROM blog_hit WHERE day > CURDATE() - INTERVAL 30 DAY GROUP BY post_id
ORDER BY hits DESC LIMIT 10;

CREATE VIEW blog_tag_list AS
SELECT r.object_id, GROUP_CONCAT(t.name ORDER BY t.name SEPARATOR ', ') AS tags
FROM blog_term_relation r JOIN blog_term t USING (term_id) GROUP BY r.object_id;

CREATE VIEW `blog view` AS SELECT `a b`, `e``f` FROM `blog-draft.2`;
