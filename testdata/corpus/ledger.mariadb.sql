-- The ledger on MariaDB: constraints as MariaDB reads them.

CREATE TABLE gl_rate (
  code char(3) NOT NULL,
  rate decimal(20,10) NOT NULL CHECK (rate > 0),
  inverse decimal(20,10) NOT NULL,
  PRIMARY KEY (code),
  CHECK (inverse > 0)
) ENGINE=InnoDB;

CREATE TABLE gl_rate_old (
  code char(3) NOT NULL,
  rate decimal(20,10) NOT NULL,
  PRIMARY KEY (code),
  CHECK (rate > 0)
) ENGINE=InnoDB;

CREATE TABLE gl_limit (
  id int NOT NULL,
  low decimal(10,2) NOT NULL CHECK (low < high),
  high decimal(10,2) NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_limit_plain (
  id int NOT NULL,
  low decimal(10,2) NOT NULL CHECK (low < 1000),
  high decimal(10,2) NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT gl_limit_order CHECK (low < high)
) ENGINE=InnoDB;

CREATE TABLE gl_flag (
  id int NOT NULL,
  open_flag tinyint NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT gl_flag_set CHECK (open_flag)
) ENGINE=InnoDB;

CREATE TABLE gl_cutoff (
  id int NOT NULL,
  booked date NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT gl_cutoff_year CHECK (booked >= 2020-1-1)
) ENGINE=InnoDB;

CREATE TABLE gl_cutoff_text (
  id int NOT NULL,
  booked date NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT gl_cutoff_year_text CHECK (booked >= '2020-01-01')
) ENGINE=InnoDB;

CREATE TABLE gl_oracle_like (
  id int NOT NULL,
  a varchar(20) NOT NULL,
  b varchar(20) AS (decode_oracle(a, '1', 'one', 'other')) VIRTUAL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_padded (
  id int NOT NULL,
  a varchar(20) AS (lpad(id, 8)) STORED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_padded_zero (
  id int NOT NULL,
  a varchar(20) AS (lpad(id, 8, '0')) STORED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_age (
  id int NOT NULL,
  booked date NOT NULL,
  days int AS (to_days(current_timestamp()) - to_days(booked)) VIRTUAL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_zero (
  id int NOT NULL,
  a decimal(65,38) NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_scale (
  id int NOT NULL,
  a decimal(65,30) NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE VIEW gl_numbers AS SELECT account_no, TO_CHAR(valid_from, 'YYYY-MM') AS m FROM gl_cost_centre, gl_account;

CREATE VIEW gl_except AS SELECT account_no FROM gl_account EXCEPT SELECT account_no FROM gl_entry;

CREATE VIEW gl_percentile AS
SELECT account_no, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY amount) OVER (PARTITION BY account_no) AS p FROM gl_entry;

CREATE VIEW gl_like_in AS SELECT account_no FROM gl_account WHERE (title LIKE 'A%') IN (1, 2);

CREATE VIEW gl_value AS SELECT account_no, VALUE(debit) AS d FROM gl_entry;

CREATE VIEW gl_first_page AS SELECT account_no FROM gl_account ORDER BY account_no OFFSET 10 ROWS FETCH NEXT 5 ROWS ONLY;

CREATE TABLE gl_batch (
  batch char(4) NOT NULL CHECK (left(hex(batch), 2) <> 'FF'),
  opened date NOT NULL,
  weekday varchar(9) AS (CASE weekday(opened) WHEN 5 THEN 'weekend' WHEN 6 THEN 'weekend' ELSE 'work' END) VIRTUAL,
  PRIMARY KEY (batch)
) ENGINE=InnoDB;

CREATE TABLE gl_batch_plain (
  batch char(4) NOT NULL,
  PRIMARY KEY (batch),
  CONSTRAINT gl_batch_ff CHECK (left(batch, 2) <> 'FF')
) ENGINE=InnoDB;

CREATE TABLE gl_batch_collated (
  batch char(4) NOT NULL,
  PRIMARY KEY (batch),
  CONSTRAINT gl_batch_hex CHECK (hex(batch) <> 'FF' COLLATE utf8mb4_general_ci)
) ENGINE=InnoDB;

CREATE TABLE gl_batch_line (
  batch char(4) NOT NULL,
  line int NOT NULL,
  PRIMARY KEY (batch, line),
  CONSTRAINT gl_batch_line_of FOREIGN KEY (batch) REFERENCES gl_batch (batch)
) ENGINE=InnoDB;

CREATE TABLE gl_season (
  id int NOT NULL,
  booked date NOT NULL,
  season varchar(6) AS (if(date_format(booked, '%m') = '12', 'winter', 'other')) VIRTUAL,
  closed tinyint AS (booked <> '') VIRTUAL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gl_season_plain (
  id int NOT NULL,
  booked date NOT NULL,
  season varchar(6) AS (if(month(booked) = 12, 'winter', 'other')) VIRTUAL,
  closed tinyint AS (booked > '1999-12-31') VIRTUAL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;
