-- A general ledger: exact numbers, CHECKs on every table, generated columns, double entry.

CREATE TABLE gl_account (
  account_no varchar(12) NOT NULL,
  parent_no varchar(12) DEFAULT NULL,
  title varchar(100) NOT NULL,
  class char(1) NOT NULL,
  debit_normal tinyint(1) NOT NULL DEFAULT 1,
  PRIMARY KEY (account_no),
  KEY gl_account_parent (parent_no),
  CONSTRAINT gl_account_tree FOREIGN KEY (parent_no) REFERENCES gl_account (account_no),
  CONSTRAINT gl_account_class CHECK (class IN ('A','L','E','I','X')),
  CONSTRAINT gl_account_digits CHECK (account_no REGEXP '^[0-9]{3,12}$')
) ENGINE=InnoDB;

CREATE TABLE gl_period (
  period_id int NOT NULL AUTO_INCREMENT,
  year smallint NOT NULL,
  month tinyint NOT NULL,
  closed_at datetime DEFAULT NULL,
  ym int GENERATED ALWAYS AS (year * 100 + month) STORED,
  PRIMARY KEY (period_id),
  UNIQUE KEY gl_period_ym (ym),
  CONSTRAINT gl_period_month CHECK (month >= 1 AND month <= 13),
  CONSTRAINT gl_period_year CHECK (year > 1990)
) ENGINE=InnoDB;

CREATE TABLE gl_journal (
  journal_id bigint NOT NULL AUTO_INCREMENT,
  period_id int NOT NULL,
  posted date NOT NULL,
  source varchar(10) NOT NULL,
  reversal_of bigint DEFAULT NULL,
  memo varchar(250) NOT NULL DEFAULT '',
  PRIMARY KEY (journal_id),
  KEY gl_journal_period (period_id),
  UNIQUE KEY gl_journal_reversal (reversal_of),
  CONSTRAINT gl_journal_in FOREIGN KEY (period_id) REFERENCES gl_period (period_id),
  CONSTRAINT gl_journal_reverses FOREIGN KEY (reversal_of) REFERENCES gl_journal (journal_id),
  CONSTRAINT gl_journal_source CHECK (char_length(source) >= 2)
) ENGINE=InnoDB;

CREATE TABLE gl_entry (
  journal_id bigint NOT NULL,
  line int NOT NULL,
  account_no varchar(12) NOT NULL,
  debit decimal(20,4) NOT NULL DEFAULT 0,
  credit decimal(20,4) NOT NULL DEFAULT 0,
  amount decimal(20,4) GENERATED ALWAYS AS (debit - credit) STORED,
  side char(1) GENERATED ALWAYS AS (CASE WHEN debit > 0 THEN 'D' ELSE 'C' END) VIRTUAL,
  PRIMARY KEY (journal_id, line),
  KEY gl_entry_account (account_no, amount),
  CONSTRAINT gl_entry_journal FOREIGN KEY (journal_id) REFERENCES gl_journal (journal_id) ON DELETE CASCADE,
  CONSTRAINT gl_entry_account FOREIGN KEY (account_no) REFERENCES gl_account (account_no),
  CONSTRAINT gl_entry_one_side CHECK ((debit = 0) <> (credit = 0)),
  CONSTRAINT gl_entry_positive CHECK (debit >= 0 AND credit >= 0)
) ENGINE=InnoDB;

CREATE TABLE gl_balance (
  account_no varchar(12) NOT NULL,
  period_id int NOT NULL,
  opening decimal(22,4) NOT NULL DEFAULT 0.0000,
  movement decimal(22,4) NOT NULL DEFAULT 0.0000,
  closing decimal(22,4) GENERATED ALWAYS AS (opening + movement) VIRTUAL,
  PRIMARY KEY (account_no, period_id),
  KEY gl_balance_closing (closing),
  CONSTRAINT gl_balance_account FOREIGN KEY (account_no) REFERENCES gl_account (account_no),
  CONSTRAINT gl_balance_period FOREIGN KEY (period_id) REFERENCES gl_period (period_id)
) ENGINE=InnoDB;

CREATE TABLE gl_cost_centre (
  code varchar(8) NOT NULL,
  title varchar(80) NOT NULL,
  valid_from date NOT NULL DEFAULT '1900-01-01',
  valid_to date NOT NULL DEFAULT '9999-12-31',
  PRIMARY KEY (code),
  CONSTRAINT gl_cost_centre_valid CHECK (valid_from <= valid_to)
) ENGINE=InnoDB;

CREATE TABLE gl_allocation (
  allocation_id int NOT NULL AUTO_INCREMENT,
  from_code varchar(8) NOT NULL,
  to_code varchar(8) NOT NULL,
  pct decimal(7,4) NOT NULL,
  PRIMARY KEY (allocation_id),
  UNIQUE KEY gl_allocation_pair (from_code, to_code),
  KEY (to_code),
  CONSTRAINT gl_allocation_from FOREIGN KEY (from_code) REFERENCES gl_cost_centre (code),
  CONSTRAINT gl_allocation_to FOREIGN KEY (to_code) REFERENCES gl_cost_centre (code),
  CONSTRAINT gl_allocation_pct CHECK (pct > 0 AND pct <= 100),
  CONSTRAINT gl_allocation_self CHECK (from_code <> to_code)
) ENGINE=InnoDB;

CREATE TABLE gl_bank_line (
  id bigint NOT NULL AUTO_INCREMENT,
  booked date NOT NULL,
  value_date date DEFAULT NULL,
  amount decimal(16,2) NOT NULL,
  currency char(3) CHARACTER SET ascii NOT NULL,
  reference varchar(140) DEFAULT NULL,
  fingerprint bigint GENERATED ALWAYS AS (crc32(concat_ws('/', booked, amount, reference))) STORED,
  PRIMARY KEY (id),
  UNIQUE KEY gl_bank_line_once (fingerprint),
  CONSTRAINT gl_bank_line_ccy CHECK (char_length(currency) = 3)
) ENGINE=InnoDB;

CREATE TABLE gl_match (
  bank_line bigint NOT NULL,
  journal_id bigint NOT NULL,
  matched_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  confidence float NOT NULL DEFAULT 1,
  PRIMARY KEY (bank_line, journal_id),
  KEY (journal_id),
  CONSTRAINT gl_match_line FOREIGN KEY (bank_line) REFERENCES gl_bank_line (id),
  CONSTRAINT gl_match_journal FOREIGN KEY (journal_id) REFERENCES gl_journal (journal_id),
  CONSTRAINT gl_match_confidence CHECK (confidence >= 0 AND confidence <= 1)
) ENGINE=InnoDB;

CREATE TABLE gl_currency (
  code char(3) CHARACTER SET ascii NOT NULL,
  digits tinyint unsigned NOT NULL DEFAULT 2,
  numeric_code smallint(3) unsigned zerofill NOT NULL,
  PRIMARY KEY (code),
  UNIQUE KEY (numeric_code),
  CONSTRAINT gl_currency_digits CHECK (digits <= 4)
) ENGINE=InnoDB;

CREATE TABLE gl_budget (
  year smallint NOT NULL,
  account_no varchar(12) NOT NULL,
  q1 decimal(18,2) NOT NULL DEFAULT 0,
  q2 decimal(18,2) NOT NULL DEFAULT 0,
  q3 decimal(18,2) NOT NULL DEFAULT 0,
  q4 decimal(18,2) NOT NULL DEFAULT 0,
  total decimal(19,2) GENERATED ALWAYS AS (q1 + q2 + q3 + q4) STORED,
  largest decimal(18,2) GENERATED ALWAYS AS (GREATEST(q1, q2, q3, q4)) VIRTUAL,
  PRIMARY KEY (year, account_no)
) ENGINE=InnoDB PARTITION BY RANGE (year)
(PARTITION p2023 VALUES LESS THAN (2024), PARTITION p2024 VALUES LESS THAN (2025), PARTITION pmax VALUES LESS THAN MAXVALUE);

CREATE TABLE gl_fixed_asset (
  asset_id int NOT NULL AUTO_INCREMENT,
  bought date NOT NULL,
  cost decimal(18,2) NOT NULL,
  life_months smallint unsigned NOT NULL,
  monthly decimal(18,2) GENERATED ALWAYS AS (cost / life_months) STORED,
  fully_written date GENERATED ALWAYS AS (bought + INTERVAL life_months MONTH) VIRTUAL,
  PRIMARY KEY (asset_id),
  CONSTRAINT gl_fixed_asset_life CHECK (life_months > 0),
  CONSTRAINT gl_fixed_asset_cost CHECK (cost > 0)
) ENGINE=InnoDB;

CREATE TABLE gl_audit (
  audit_id bigint unsigned NOT NULL AUTO_INCREMENT,
  happened datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  who varchar(64) NOT NULL,
  what enum('insert','update','delete') NOT NULL,
  row_id bigint NOT NULL,
  PRIMARY KEY (audit_id, happened)
) ENGINE=InnoDB PARTITION BY RANGE (TO_DAYS(happened))
(PARTITION p0 VALUES LESS THAN (TO_DAYS('2024-01-01')), PARTITION p1 VALUES LESS THAN (TO_DAYS('2025-01-01')),
 PARTITION pm VALUES LESS THAN MAXVALUE);

CREATE VIEW gl_trial_balance AS
SELECT a.account_no, a.title, SUM(e.debit) AS debit, SUM(e.credit) AS credit, SUM(e.amount) AS balance
FROM gl_account a LEFT JOIN gl_entry e ON e.account_no = a.account_no
GROUP BY a.account_no, a.title;

CREATE VIEW gl_unbalanced AS
SELECT journal_id, SUM(amount) AS difference FROM gl_entry GROUP BY journal_id HAVING SUM(amount) <> 0;

CREATE VIEW gl_budget_quarter AS
SELECT year, account_no, 1 AS quarter, q1 AS planned FROM gl_budget
UNION ALL SELECT year, account_no, 2, q2 FROM gl_budget
UNION ALL SELECT year, account_no, 3, q3 FROM gl_budget
UNION ALL SELECT year, account_no, 4, q4 FROM gl_budget;

CREATE VIEW gl_running AS
SELECT e.account_no, j.posted, e.amount,
  SUM(e.amount) OVER (PARTITION BY e.account_no ORDER BY j.posted, e.journal_id, e.line) AS running
FROM gl_entry e JOIN gl_journal j USING (journal_id);

CREATE VIEW gl_overdue AS
SELECT id, amount, DATEDIFF(CURDATE(), booked) AS days, NULLIF(reference, '') AS reference FROM gl_bank_line
WHERE id NOT IN (SELECT bank_line FROM gl_match);
