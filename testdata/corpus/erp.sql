-- A business suite: wide tables, audit columns, composite foreign keys, CHECKs, views on views.

CREATE TABLE erp_company (
  company_id int NOT NULL AUTO_INCREMENT,
  code varchar(10) NOT NULL,
  name varchar(120) NOT NULL,
  vat_no varchar(20) DEFAULT NULL,
  fiscal_start tinyint unsigned NOT NULL DEFAULT 1,
  created_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (company_id),
  UNIQUE KEY erp_company_code (code),
  CONSTRAINT erp_company_fiscal CHECK (fiscal_start BETWEEN 1 AND 12)
) ENGINE=InnoDB;

CREATE TABLE erp_partner (
  company_id int NOT NULL,
  partner_no int NOT NULL,
  kind enum('customer','supplier','both') NOT NULL DEFAULT 'customer',
  name varchar(120) NOT NULL,
  credit_limit decimal(18,2) NOT NULL DEFAULT 0.00,
  rating decimal(3,2) DEFAULT NULL,
  iban varchar(34) CHARACTER SET ascii DEFAULT NULL,
  notes text,
  PRIMARY KEY (company_id, partner_no),
  KEY erp_partner_name (name(40)),
  CONSTRAINT erp_partner_company FOREIGN KEY (company_id) REFERENCES erp_company (company_id),
  CONSTRAINT erp_partner_credit CHECK (credit_limit >= 0),
  CONSTRAINT erp_partner_rating CHECK (rating IS NULL OR rating > 0 AND rating <= 5)
) ENGINE=InnoDB;

CREATE TABLE erp_item (
  item_id int NOT NULL AUTO_INCREMENT,
  sku varchar(30) NOT NULL,
  name varchar(200) NOT NULL,
  uom char(3) NOT NULL DEFAULT 'PCE',
  net_weight decimal(12,3) DEFAULT NULL,
  gross_weight decimal(12,3) DEFAULT NULL,
  tare_weight decimal(12,3) GENERATED ALWAYS AS (gross_weight - net_weight) STORED,
  label varchar(240) GENERATED ALWAYS AS (CONCAT(sku, ' ', name)) VIRTUAL,
  discontinued bit(1) NOT NULL DEFAULT b'0',
  PRIMARY KEY (item_id),
  UNIQUE KEY erp_item_sku (sku),
  CONSTRAINT erp_item_weight CHECK (gross_weight >= net_weight),
  CONSTRAINT erp_item_uom CHECK (uom IN ('PCE','KGM','LTR','MTR'))
) ENGINE=InnoDB;

CREATE TABLE erp_item_alternative (
  item_id int NOT NULL,
  alternative_id int NOT NULL,
  priority smallint NOT NULL DEFAULT 1,
  PRIMARY KEY (item_id, alternative_id),
  KEY erp_alt_back (alternative_id),
  CONSTRAINT erp_alt_item FOREIGN KEY (item_id) REFERENCES erp_item (item_id) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT erp_alt_other FOREIGN KEY (alternative_id) REFERENCES erp_item (item_id) ON DELETE RESTRICT,
  CONSTRAINT erp_alt_range CHECK (priority > 0 AND priority < 100)
) ENGINE=InnoDB;

CREATE TABLE erp_warehouse (
  warehouse char(4) NOT NULL,
  company_id int NOT NULL,
  address varchar(250) NOT NULL DEFAULT '',
  capacity_m3 decimal(10,1) DEFAULT NULL,
  PRIMARY KEY (warehouse),
  KEY (company_id),
  CONSTRAINT erp_warehouse_company FOREIGN KEY (company_id) REFERENCES erp_company (company_id)
) ENGINE=InnoDB;

CREATE TABLE erp_bin (
  warehouse char(4) NOT NULL,
  aisle smallint unsigned NOT NULL,
  level tinyint unsigned NOT NULL,
  max_kg mediumint unsigned NOT NULL DEFAULT 500,
  PRIMARY KEY (warehouse, aisle, level),
  CONSTRAINT erp_bin_warehouse FOREIGN KEY (warehouse) REFERENCES erp_warehouse (warehouse) ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE erp_stock (
  item_id int NOT NULL,
  warehouse char(4) NOT NULL,
  aisle smallint unsigned NOT NULL,
  level tinyint unsigned NOT NULL,
  lot varchar(30) NOT NULL DEFAULT '-',
  qty decimal(14,4) NOT NULL,
  expires date DEFAULT NULL,
  PRIMARY KEY (item_id, warehouse, aisle, level, lot),
  KEY erp_stock_bin (warehouse, aisle, level),
  CONSTRAINT erp_stock_bin FOREIGN KEY (warehouse, aisle, level) REFERENCES erp_bin (warehouse, aisle, level),
  CONSTRAINT erp_stock_item FOREIGN KEY (item_id) REFERENCES erp_item (item_id)
) ENGINE=InnoDB;

CREATE TABLE erp_so (
  company_id int NOT NULL,
  so_no int NOT NULL,
  partner_no int NOT NULL,
  ordered date NOT NULL,
  wanted date DEFAULT NULL,
  state varchar(12) NOT NULL DEFAULT 'draft',
  terms varchar(40) NOT NULL DEFAULT '30 days',
  PRIMARY KEY (company_id, so_no),
  KEY erp_so_partner (company_id, partner_no),
  CONSTRAINT erp_so_partner FOREIGN KEY (company_id, partner_no) REFERENCES erp_partner (company_id, partner_no),
  CONSTRAINT erp_so_dates CHECK (wanted IS NULL OR wanted >= ordered),
  CONSTRAINT erp_so_state CHECK (state IN ('draft','open','shipped','billed','void'))
) ENGINE=InnoDB;

CREATE TABLE erp_so_line (
  company_id int NOT NULL,
  so_no int NOT NULL,
  line_no smallint NOT NULL,
  item_id int NOT NULL,
  qty decimal(14,4) NOT NULL,
  price decimal(18,6) NOT NULL,
  discount_pct decimal(5,2) NOT NULL DEFAULT 0.00,
  amount decimal(18,2) GENERATED ALWAYS AS (ROUND(qty * price * (1 - discount_pct / 100), 2)) STORED,
  PRIMARY KEY (company_id, so_no, line_no),
  KEY erp_so_line_item (item_id),
  KEY erp_so_line_amount (amount),
  CONSTRAINT erp_so_line_head FOREIGN KEY (company_id, so_no) REFERENCES erp_so (company_id, so_no) ON DELETE CASCADE,
  CONSTRAINT erp_so_line_to_item FOREIGN KEY (item_id) REFERENCES erp_item (item_id),
  CONSTRAINT erp_so_line_qty CHECK (qty <> 0)
) ENGINE=InnoDB;

CREATE TABLE erp_employee (
  emp_id int NOT NULL AUTO_INCREMENT,
  boss_id int DEFAULT NULL,
  login varchar(32) NOT NULL,
  hired date NOT NULL,
  left_on date DEFAULT NULL,
  salary decimal(12,2) NOT NULL,
  photo mediumblob,
  PRIMARY KEY (emp_id),
  UNIQUE KEY erp_employee_login (login),
  CONSTRAINT erp_employee_boss FOREIGN KEY (boss_id) REFERENCES erp_employee (emp_id) ON DELETE SET NULL,
  CONSTRAINT erp_employee_term CHECK (left_on >= hired)
) ENGINE=InnoDB;

CREATE TABLE erp_timesheet (
  emp_id int NOT NULL,
  day date NOT NULL,
  hours decimal(4,2) NOT NULL,
  minutes int GENERATED ALWAYS AS (hours * 60) VIRTUAL,
  iso_week int GENERATED ALWAYS AS (YEARWEEK(day, 3)) STORED,
  PRIMARY KEY (emp_id, day),
  KEY erp_timesheet_week (iso_week),
  CONSTRAINT erp_timesheet_emp FOREIGN KEY (emp_id) REFERENCES erp_employee (emp_id),
  CONSTRAINT erp_timesheet_day CHECK (hours >= 0 AND hours <= 24)
) ENGINE=InnoDB;

CREATE TABLE erp_exchange_rate (
  from_ccy char(3) CHARACTER SET ascii NOT NULL,
  to_ccy char(3) CHARACTER SET ascii NOT NULL,
  valid_from date NOT NULL,
  rate decimal(30,15) NOT NULL,
  PRIMARY KEY (from_ccy, to_ccy, valid_from),
  CONSTRAINT erp_rate_pair CHECK (from_ccy <> to_ccy)
) ENGINE=InnoDB;

CREATE TABLE erp_document (
  doc_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  parent_id char(36) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  mime varchar(100) NOT NULL DEFAULT 'application/octet-stream',
  content longblob,
  created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (doc_id),
  KEY (parent_id),
  CONSTRAINT erp_document_parent FOREIGN KEY (parent_id) REFERENCES erp_document (doc_id)
) ENGINE=InnoDB;

CREATE TABLE erp_parameter (
  scope varchar(40) NOT NULL,
  `key` varchar(80) NOT NULL,
  `value` varchar(2000) NOT NULL DEFAULT '',
  `order` int NOT NULL DEFAULT 0,
  `condition` varchar(100) DEFAULT NULL,
  PRIMARY KEY (scope, `key`)
) ENGINE=InnoDB;

CREATE TABLE erp_tax_code (
  code varchar(6) NOT NULL,
  pct decimal(6,3) NOT NULL,
  description varchar(100) NOT NULL DEFAULT 'It''s "standard" \\ 19 %',
  valid_from datetime(6) NOT NULL DEFAULT '1970-01-01 00:00:00.000000',
  PRIMARY KEY (code)
) ENGINE=InnoDB;

CREATE TABLE erp_number_range (
  name varchar(30) NOT NULL,
  prefix varchar(6) NOT NULL DEFAULT '',
  next_no bigint unsigned NOT NULL DEFAULT 18446744073709551615,
  step int NOT NULL DEFAULT -1,
  factor double NOT NULL DEFAULT 1.5e10,
  mask bit(8) NOT NULL DEFAULT b'10101010',
  raw varbinary(8) NOT NULL DEFAULT 'ab',
  PRIMARY KEY (name)
) ENGINE=InnoDB;

CREATE TABLE erp_approval (
  approval_id bigint NOT NULL AUTO_INCREMENT,
  doc_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  emp_id int NOT NULL,
  decided_at datetime DEFAULT NULL,
  decision set('approved','rejected','escalated') NOT NULL DEFAULT '',
  PRIMARY KEY (approval_id),
  UNIQUE KEY erp_approval_once (doc_id, emp_id),
  KEY (emp_id),
  CONSTRAINT erp_approval_doc FOREIGN KEY (doc_id) REFERENCES erp_document (doc_id) ON DELETE CASCADE,
  CONSTRAINT erp_approval_emp FOREIGN KEY (emp_id) REFERENCES erp_employee (emp_id) ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE VIEW erp_open_order AS
SELECT so.company_id, so.so_no, so.ordered, p.name AS partner, SUM(l.amount) AS total
FROM erp_so so
JOIN erp_partner p ON p.company_id = so.company_id AND p.partner_no = so.partner_no
LEFT JOIN erp_so_line l ON l.company_id = so.company_id AND l.so_no = so.so_no
WHERE so.state IN ('open','shipped')
GROUP BY so.company_id, so.so_no, so.ordered, p.name;

CREATE VIEW erp_open_by_partner AS
SELECT partner, COUNT(*) AS orders, SUM(total) AS total FROM erp_open_order GROUP BY partner HAVING SUM(total) > 0;

CREATE VIEW erp_stock_level AS
SELECT i.sku, i.name, COALESCE(SUM(s.qty), 0) AS qty,
  CASE WHEN SUM(s.qty) IS NULL THEN 'none' WHEN SUM(s.qty) < 10 THEN 'low' ELSE 'ok' END AS state
FROM erp_item i LEFT JOIN erp_stock s USING (item_id) GROUP BY i.item_id, i.sku, i.name;

CREATE VIEW erp_staff AS
WITH RECURSIVE chain AS (
  SELECT emp_id, login, 0 AS depth FROM erp_employee WHERE boss_id IS NULL
  UNION ALL
  SELECT e.emp_id, e.login, c.depth + 1 FROM erp_employee e JOIN chain c ON e.boss_id = c.emp_id
) SELECT emp_id, login, depth FROM chain;

CREATE VIEW erp_price_rank AS
SELECT item_id, price, RANK() OVER (PARTITION BY item_id ORDER BY price DESC) AS `rank` FROM erp_so_line;

CREATE SQL SECURITY INVOKER VIEW erp_my_login AS
SELECT emp_id, login FROM erp_employee WHERE login = SUBSTRING_INDEX(USER(), '@', 1) WITH CASCADED CHECK OPTION;
