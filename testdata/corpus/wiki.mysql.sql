-- The wiki on MySQL 9: functional keys, compression of pages and a dual-password table of tokens.

CREATE TABLE wiki_alias (
  id int unsigned NOT NULL AUTO_INCREMENT,
  title varchar(255) NOT NULL,
  PRIMARY KEY (id),
  KEY lower_title ((lower(title)))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE wiki_alias_plain (
  id int unsigned NOT NULL AUTO_INCREMENT,
  title varchar(255) NOT NULL,
  lower_title varchar(255) GENERATED ALWAYS AS (lower(title)) VIRTUAL,
  PRIMARY KEY (id),
  KEY lower_title (lower_title)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE wiki_blob (
  id int unsigned NOT NULL AUTO_INCREMENT,
  data longblob NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB COMPRESSION='zlib' DEFAULT CHARSET=binary;

CREATE TABLE wiki_modern_page (
  id int unsigned NOT NULL,
  title varchar(100) NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE wiki_ngram (
  id int unsigned NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (id),
  FULLTEXT KEY body (body) WITH PARSER ngram
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE wiki_token (
  id binary(16) NOT NULL DEFAULT (uuid_to_bin(uuid())),
  page int unsigned NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_token_text (
  id char(36) CHARACTER SET ascii NOT NULL DEFAULT (uuid()),
  page int unsigned NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE VIEW wiki_token_list AS SELECT page, BIN_TO_UUID(id) AS id FROM wiki_token;

CREATE VIEW wiki_latest AS
SELECT p.page_id, l.rev_id FROM wiki_page p,
LATERAL (SELECT rev_id FROM wiki_revision r WHERE r.rev_page = p.page_id ORDER BY r.rev_id DESC LIMIT 1) l;

CREATE VIEW wiki_regexp AS
SELECT page_id FROM wiki_page WHERE REGEXP_LIKE(CONVERT(page_title USING utf8mb4), '^[A-Z]');

CREATE VIEW wiki_regexp_plain AS
SELECT page_id FROM wiki_page WHERE CONVERT(page_title USING utf8mb4) REGEXP '^[A-Z]';
