-- The same shop on MySQL, where zero dates need another mode.

SET sql_mode = '';

CREATE TABLE shop_special (
  special_id int NOT NULL auto_increment,
  starts datetime NOT NULL default '0000-00-00 00:00:00',
  ends date NOT NULL default '0000-00-00',
  PRIMARY KEY (special_id)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE shop_voucher (
  code varchar(20) NOT NULL,
  used timestamp NOT NULL default '0000-00-00 00:00:00',
  PRIMARY KEY (code)
) ENGINE=InnoDB DEFAULT CHARSET=latin1;

SET sql_mode = DEFAULT;

CREATE TABLE shop_mirror (
  product_id int NOT NULL,
  price decimal(15,4) NOT NULL,
  gross decimal(15,4) AS (price * 1.19) STORED,
  PRIMARY KEY (product_id),
  KEY idx_gross (gross)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE shop_archive (
  order_id int NOT NULL,
  dump longblob NOT NULL,
  made date NOT NULL
) ENGINE=ARCHIVE DEFAULT CHARSET=latin1;

CREATE TABLE shop_sink (
  event int NOT NULL,
  KEY (event)
) ENGINE=BLACKHOLE DEFAULT CHARSET=latin1;

CREATE TABLE shop_hidden_key (
  id int NOT NULL,
  legacy int NOT NULL,
  PRIMARY KEY (id),
  KEY idx_legacy (legacy) INVISIBLE
) ENGINE=InnoDB DEFAULT CHARSET=latin1;

CREATE VIEW shop_special_now AS
SELECT special_id FROM shop_special WHERE ends >= CURDATE();
