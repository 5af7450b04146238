-- An online shop that was written for PHP 4 and MySQL 4.0: MyISAM, latin1, no foreign keys.

CREATE TABLE shop_address (
  address_id int(11) NOT NULL auto_increment,
  customer_id int(11) NOT NULL default '0',
  salutation char(1) NOT NULL default '',
  company varchar(64) default NULL,
  first_name varchar(32) NOT NULL default '',
  last_name varchar(32) NOT NULL default '',
  street varchar(64) NOT NULL default '',
  postcode varchar(10) NOT NULL default '',
  city varchar(32) NOT NULL default '',
  country_id int(11) NOT NULL default '0',
  PRIMARY KEY (address_id),
  KEY idx_address_customer (customer_id)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE shop_banner (
  banner_id int NOT NULL auto_increment,
  title varchar(64) NOT NULL,
  url varchar(255) NOT NULL,
  image varchar(64) NOT NULL,
  html text,
  shown_limit int(7) default '0',
  expires datetime default NULL,
  added datetime NOT NULL default '2001-01-01 00:00:00',
  active int(1) NOT NULL default '1',
  PRIMARY KEY (banner_id)
) ENGINE=MyISAM DEFAULT CHARSET=latin1 COMMENT='Werbeflächen';

CREATE TABLE shop_category (
  category_id int(11) NOT NULL auto_increment,
  parent_id int(11) NOT NULL default '0',
  sort_order int(3) default NULL,
  image varchar(64) default NULL,
  added datetime default NULL,
  modified timestamp NOT NULL default CURRENT_TIMESTAMP on update CURRENT_TIMESTAMP,
  PRIMARY KEY (category_id),
  KEY idx_parent (parent_id, sort_order)
) ENGINE=MyISAM DEFAULT CHARSET=latin1 PACK_KEYS=0;

CREATE TABLE shop_category_text (
  category_id int(11) NOT NULL default '0',
  language_id tinyint(3) unsigned NOT NULL default '1',
  name varchar(64) NOT NULL default '',
  `desc` mediumtext,
  PRIMARY KEY (category_id, language_id),
  KEY idx_name (name(20)),
  FULLTEXT KEY ft_name (name, `desc`)
) ENGINE=MyISAM DEFAULT CHARSET=latin1 COLLATE=latin1_german1_ci;

CREATE TABLE shop_counter (
  startdate char(8) default NULL,
  counter int(12) default NULL
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE shop_currency (
  code char(3) NOT NULL,
  title varchar(32) NOT NULL,
  symbol_left varchar(12) NOT NULL default '',
  symbol_right varchar(12) NOT NULL default '€',
  decimals enum('0','1','2','3') NOT NULL default '2',
  value float(13,8) default NULL,
  PRIMARY KEY (code)
) ENGINE=MyISAM DEFAULT CHARSET=latin1 CHECKSUM=1;

CREATE TABLE shop_customer (
  customer_id int(11) unsigned zerofill NOT NULL auto_increment,
  gender enum('m','f','') NOT NULL default '',
  email varchar(96) NOT NULL,
  birthday date default NULL,
  phone varchar(32) NOT NULL default '',
  pwd char(40) character set ascii collate ascii_bin NOT NULL,
  newsletter set('news','offers','press') default 'news',
  balance decimal(15,4) NOT NULL default '0.0000',
  PRIMARY KEY (customer_id),
  UNIQUE KEY email (email)
) ENGINE=MyISAM AUTO_INCREMENT=1000 DEFAULT CHARSET=latin1;

CREATE TABLE shop_basket (
  basket_id int(11) NOT NULL auto_increment,
  customer_id int(11) unsigned NOT NULL,
  product_id tinytext NOT NULL,
  qty int(2) NOT NULL,
  final_price decimal(15,4) NOT NULL,
  added char(8) default NULL,
  PRIMARY KEY (basket_id)
) ENGINE=MyISAM DEFAULT CHARSET=latin1 ROW_FORMAT=DYNAMIC;

CREATE TABLE shop_session (
  sesskey varchar(32) NOT NULL,
  expiry int(11) unsigned NOT NULL,
  value varchar(2000) NOT NULL default '',
  PRIMARY KEY (sesskey),
  KEY expiry (expiry) USING BTREE
) ENGINE=MEMORY DEFAULT CHARSET=latin1 MAX_ROWS=50000;

CREATE TABLE shop_online (
  ip varchar(15) NOT NULL,
  last_click int unsigned NOT NULL,
  page varchar(64) NOT NULL,
  KEY USING HASH (ip)
) ENGINE=MEMORY DEFAULT CHARSET=latin1;

CREATE TABLE shop_order (
  order_id int(11) NOT NULL auto_increment,
  customer_id int(11) NOT NULL,
  payment varchar(32) NOT NULL,
  cc_number varbinary(64) default NULL,
  purchased datetime default NULL,
  status int(5) NOT NULL default '1',
  currency char(3) default 'EUR',
  currency_value decimal(14,6) default '1.000000',
  PRIMARY KEY (order_id),
  KEY idx_status (status, purchased),
  KEY idx_customer (customer_id)
) ENGINE=MyISAM DEFAULT CHARSET=latin1 DELAY_KEY_WRITE=1;

CREATE TABLE shop_order_product (
  id int NOT NULL auto_increment,
  order_id int NOT NULL,
  product_id int NOT NULL,
  name varchar(64) NOT NULL,
  price decimal(15,4) NOT NULL,
  tax double(7,4) NOT NULL,
  qty int(2) NOT NULL,
  PRIMARY KEY (order_id, product_id, id),
  KEY id (id)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE shop_order_total (
  order_id int NOT NULL,
  class varchar(32) NOT NULL,
  title varchar(255) NOT NULL,
  value decimal(15,4) NOT NULL,
  sort_order int NOT NULL,
  KEY (order_id)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE shop_product (
  product_id int(11) NOT NULL auto_increment,
  model varchar(12) default NULL,
  qty int(4) NOT NULL default '0',
  price decimal(15,4) NOT NULL default '0.0000',
  available date default NULL,
  weight decimal(5,2) NOT NULL default '0.00',
  tax_class smallint(6) NOT NULL default '0',
  stamp timestamp NULL default NULL,
  release_year year(4) default NULL,
  PRIMARY KEY (product_id),
  KEY idx_model (model),
  KEY idx_available (available)
) ENGINE=MyISAM DEFAULT CHARSET=latin1 AVG_ROW_LENGTH=120;

CREATE TABLE shop_product_image (
  product_id int(11) NOT NULL,
  position tinyint(4) NOT NULL default '0',
  picture mediumblob NOT NULL,
  thumb blob,
  PRIMARY KEY (product_id, position)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE shop_review (
  review_id int(11) NOT NULL auto_increment,
  product_id int(11) NOT NULL,
  rating tinyint(1) default NULL,
  `read` int(5) NOT NULL default '0',
  body text NOT NULL,
  PRIMARY KEY (review_id),
  FULLTEXT KEY (body)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE shop_export (
  sku char(12) NOT NULL,
  price decimal(9,2) NOT NULL
) ENGINE=CSV DEFAULT CHARSET=latin1;

CREATE VIEW shop_stock AS
SELECT p.product_id, p.model, p.qty, ct.name
FROM shop_product p LEFT JOIN shop_category_text ct ON ct.category_id = p.product_id AND ct.language_id = 1
WHERE p.qty > 0;

CREATE VIEW shop_turnover AS
SELECT DATE_FORMAT(o.purchased, '%Y-%m') AS month, o.currency, COUNT(*) AS orders, SUM(op.qty * op.price) AS turnover
FROM shop_order o JOIN shop_order_product op USING (order_id)
GROUP BY DATE_FORMAT(o.purchased, '%Y-%m'), o.currency;

CREATE VIEW shop_customer_short AS
SELECT customer_id, CONCAT(LEFT(email, 3), '***') AS mail, IF(gender = 'f', 'Ms', 'Mr') AS form FROM shop_customer;
