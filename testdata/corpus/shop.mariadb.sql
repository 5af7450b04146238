-- The same shop on MariaDB: zero dates, which its default mode accepts, and tables moved to Aria.

CREATE TABLE shop_special (
  special_id int NOT NULL auto_increment,
  product_id int NOT NULL,
  price decimal(15,4) NOT NULL,
  starts datetime NOT NULL default '0000-00-00 00:00:00',
  ends date NOT NULL default '0000-00-00',
  PRIMARY KEY (special_id)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE shop_voucher (
  code varchar(20) NOT NULL,
  used timestamp NOT NULL default '0000-00-00 00:00:00',
  PRIMARY KEY (code)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE shop_voucher_kind (
  kind varchar(20) NOT NULL,
  valid_from date NOT NULL default '2000-01-01',
  PRIMARY KEY (kind)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE shop_cache (
  cache_key varchar(100) NOT NULL,
  content mediumtext,
  PRIMARY KEY (cache_key)
) ENGINE=Aria DEFAULT CHARSET=latin1 PAGE_CHECKSUM=1;

CREATE TABLE shop_search_word (
  word varchar(64) NOT NULL,
  hits int unsigned NOT NULL default 0,
  PRIMARY KEY (word)
) ENGINE=Aria TRANSACTIONAL=1 DEFAULT CHARSET=latin1;

CREATE TABLE shop_newsletter (
  id int NOT NULL auto_increment,
  body text NOT NULL default 'Dear customer',
  sent datetime default NULL,
  PRIMARY KEY (id)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE shop_recent (
  product_id int NOT NULL,
  seen datetime NOT NULL,
  PRIMARY KEY (product_id),
  KEY idx_seen (seen DESC)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE shop_margin (
  product_id int NOT NULL,
  bought decimal(15,4) NOT NULL,
  sold decimal(15,4) NOT NULL,
  margin decimal(15,4) AS (sold - bought) VIRTUAL,
  PRIMARY KEY (product_id),
  KEY idx_margin (margin)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE shop_discount (
  product_id int NOT NULL,
  price decimal(15,4) NOT NULL,
  reduced decimal(15,4) AS (price * 0.9) PERSISTENT,
  PRIMARY KEY (product_id),
  KEY idx_reduced (reduced)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

SET innodb_strict_mode = OFF;

CREATE TABLE shop_old_format (
  id int NOT NULL,
  note char(200) NOT NULL default '',
  PRIMARY KEY (id)
) ENGINE=InnoDB ROW_FORMAT=FIXED DEFAULT CHARSET=latin1;

SET innodb_strict_mode = DEFAULT;

CREATE TABLE shop_fixed (
  id int NOT NULL,
  note varchar(200) NOT NULL default '',
  PRIMARY KEY (id)
) ENGINE=MyISAM ROW_FORMAT=FIXED DEFAULT CHARSET=latin1;

CREATE VIEW shop_special_now AS
SELECT special_id, price FROM shop_special WHERE ends >= CURDATE();

CREATE VIEW shop_kind_list AS
SELECT kind, valid_from FROM shop_voucher_kind WHERE valid_from <= CURDATE();
