-- The ledger on MySQL: constraints and expressions as MySQL shows them.

CREATE TABLE gl_quote (
  id int NOT NULL,
  a varchar(20) NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT gl_quote_not CHECK (a <> 'it''s')
) ENGINE=InnoDB;

CREATE TABLE gl_plain_text (
  id int NOT NULL,
  a varchar(20) NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT gl_text_not CHECK (a <> 'none')
) ENGINE=InnoDB;

CREATE TABLE gl_same_name (
  id int NOT NULL,
  a int NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY gl_same (a),
  CONSTRAINT gl_same CHECK (a > 0)
) ENGINE=InnoDB;

CREATE TABLE gl_regexp (
  id int NOT NULL,
  a varchar(20) NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT gl_regexp_like CHECK (regexp_like(a, '^[a-z]+$'))
) ENGINE=InnoDB;

CREATE TABLE gl_char_key (
  id int NOT NULL,
  code char(8) NOT NULL,
  joined varchar(40) GENERATED ALWAYS AS (concat(code, '-', id)) STORED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_char_virtual (
  id int NOT NULL,
  code char(8) NOT NULL,
  joined varchar(40) GENERATED ALWAYS AS (concat(code, '-', id)) VIRTUAL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_unsigned (
  id int unsigned NOT NULL,
  previous int GENERATED ALWAYS AS (id - 1) STORED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_signed (
  id int NOT NULL,
  previous int GENERATED ALWAYS AS (id - 1) STORED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_month_name (
  id int NOT NULL,
  d date NOT NULL,
  m varchar(20) GENERATED ALWAYS AS (date_format(d, '%Y-%m')) STORED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_month_number (
  id int NOT NULL,
  d date NOT NULL,
  m int GENERATED ALWAYS AS (year(d) * 100 + month(d)) STORED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_rounded (
  id int NOT NULL,
  t datetime(6) NOT NULL,
  s datetime GENERATED ALWAYS AS (t) STORED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_pk_generated (
  a int NOT NULL,
  b int GENERATED ALWAYS AS (a * 2) STORED NOT NULL,
  PRIMARY KEY (b)
) ENGINE=InnoDB;

CREATE TABLE gl_default_expr (
  id int NOT NULL,
  a int NOT NULL DEFAULT (1 + 2),
  d date NOT NULL DEFAULT (curdate()),
  note text DEFAULT (_utf8mb4'plain'),
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_default_later (
  id int NOT NULL,
  a varchar(20) NOT NULL DEFAULT (_utf8mb4'a\\b'),
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_json_schema (
  id int NOT NULL,
  doc json NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT gl_doc CHECK (json_schema_valid('{"type":"object"}', doc))
) ENGINE=InnoDB;

CREATE TABLE gl_json_value (
  id int NOT NULL,
  doc json NOT NULL,
  amount decimal(10,2) GENERATED ALWAYS AS (json_value(doc, '$.amount' RETURNING decimal(10,2))) STORED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE VIEW gl_intersect AS SELECT account_no FROM gl_account INTERSECT SELECT account_no FROM gl_entry;

CREATE VIEW gl_values AS SELECT column_0 AS n, column_1 AS t FROM (VALUES ROW(1,'a'), ROW(2,'b')) v;

CREATE VIEW gl_any AS SELECT ANY_VALUE(title) AS t, class FROM gl_account GROUP BY class;

CREATE VIEW gl_member AS SELECT id FROM gl_json_schema WHERE 17 MEMBER OF (doc->'$.ids');

CREATE VIEW gl_lag AS
SELECT journal_id, LAG(amount, 1, 0) OVER (ORDER BY line) AS before_it FROM gl_entry;

CREATE VIEW gl_format AS SELECT journal_id, FORMAT_BYTES(debit) AS b FROM gl_entry;

CREATE TABLE gl_hash_step (
  id int NOT NULL,
  v varchar(20) NOT NULL,
  a bigint GENERATED ALWAYS AS (crc32(v) - 1) STORED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_length_step (
  id int NOT NULL,
  v varchar(20) NOT NULL,
  a bigint GENERATED ALWAYS AS (char_length(v) - 1) STORED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_latest (
  id int NOT NULL,
  exact datetime(6) DEFAULT NULL,
  rough datetime DEFAULT NULL,
  a datetime GENERATED ALWAYS AS (coalesce(exact, rough)) STORED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_latest_exact (
  id int NOT NULL,
  exact datetime(6) DEFAULT NULL,
  rough datetime DEFAULT NULL,
  a datetime(6) GENERATED ALWAYS AS (coalesce(exact, rough)) STORED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_format_check (
  id int NOT NULL,
  d date NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT gl_format_known CHECK (date_format(d, '%Y') IS NOT NULL)
) ENGINE=InnoDB;
