-- The wiki on MariaDB: compressed pages and options of its engine.

CREATE TABLE wiki_blob (
  id int unsigned NOT NULL AUTO_INCREMENT,
  data longblob NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=6 DEFAULT CHARSET=binary;

CREATE TABLE wiki_blob_zip (
  id int unsigned NOT NULL AUTO_INCREMENT,
  data longblob NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8 DEFAULT CHARSET=binary;

CREATE TABLE wiki_diff (
  id int unsigned NOT NULL,
  body mediumtext COMPRESSED DEFAULT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE wiki_hash (
  url varbinary(5000) NOT NULL,
  seen datetime NOT NULL,
  UNIQUE KEY url (url) USING HASH
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_ip (
  ip inet6 NOT NULL,
  blocked datetime NOT NULL DEFAULT current_timestamp(),
  PRIMARY KEY (ip)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_token (
  id uuid NOT NULL DEFAULT uuid(),
  page int unsigned NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE TABLE wiki_token_text (
  id char(36) CHARACTER SET ascii NOT NULL,
  page int unsigned NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=binary;

CREATE VIEW wiki_ip_list AS
SELECT INET6_NTOA(rc_ip) AS ip, COUNT(*) AS edits FROM wiki_recent GROUP BY INET6_NTOA(rc_ip);

CREATE VIEW wiki_natural AS
SELECT page_id, NATURAL_SORT_KEY(CONVERT(page_title USING utf8mb4)) AS sort_key FROM wiki_page;

CREATE VIEW wiki_page_numbers AS SELECT seq FROM seq_1_to_100;
