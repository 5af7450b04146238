-- 网上商城: names, comments, defaults and enumerations in Chinese.

CREATE TABLE `商品分类` (
  `编号` int NOT NULL AUTO_INCREMENT COMMENT '主键',
  `上级编号` int DEFAULT NULL COMMENT '上级分类',
  `名称` varchar(50) NOT NULL COMMENT '分类名称',
  `排序` int NOT NULL DEFAULT 0,
  PRIMARY KEY (`编号`),
  KEY `索引_上级` (`上级编号`),
  CONSTRAINT `外键_上级分类` FOREIGN KEY (`上级编号`) REFERENCES `商品分类` (`编号`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='商品分类表';

CREATE TABLE `商品` (
  `编号` bigint NOT NULL AUTO_INCREMENT,
  `分类编号` int NOT NULL,
  `标题` varchar(200) NOT NULL,
  `状态` enum('上架','下架','预售','已删除') NOT NULL DEFAULT '上架',
  `标签` set('新品','热销','包邮') DEFAULT NULL,
  `单价` decimal(10,2) NOT NULL DEFAULT 0.00,
  `库存` int unsigned NOT NULL DEFAULT 0,
  `单位` varchar(10) NOT NULL DEFAULT '件',
  `详情` longtext,
  `创建时间` datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,
  `更新时间` datetime NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (`编号`),
  KEY `索引_分类` (`分类编号`, `状态`),
  FULLTEXT KEY `全文_标题` (`标题`),
  CONSTRAINT `外键_分类` FOREIGN KEY (`分类编号`) REFERENCES `商品分类` (`编号`),
  CONSTRAINT `检查_单价` CHECK (`单价` >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='商品表';

CREATE TABLE `会员` (
  `会员号` char(12) CHARACTER SET ascii NOT NULL,
  `昵称` varchar(60) NOT NULL DEFAULT '新会员😀',
  `性别` enum('男','女','保密') NOT NULL DEFAULT '保密',
  `生日` date DEFAULT NULL,
  `积分` int NOT NULL DEFAULT 0,
  `等级` tinyint GENERATED ALWAYS AS (CASE WHEN `积分` >= 10000 THEN 3 WHEN `积分` >= 1000 THEN 2 ELSE 1 END) STORED,
  `手机` varchar(20) DEFAULT NULL,
  PRIMARY KEY (`会员号`),
  UNIQUE KEY `唯一_手机` (`手机`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='会员表 👤';

CREATE TABLE `订单` (
  `订单号` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `会员号` char(12) CHARACTER SET ascii NOT NULL,
  `金额` decimal(12,2) NOT NULL,
  `运费` decimal(8,2) NOT NULL DEFAULT 0.00,
  `合计` decimal(13,2) GENERATED ALWAYS AS (`金额` + `运费`) VIRTUAL,
  `下单时间` datetime NOT NULL,
  `备注` varchar(500) DEFAULT '无',
  PRIMARY KEY (`订单号`),
  KEY `索引_会员` (`会员号`, `下单时间`),
  CONSTRAINT `外键_会员` FOREIGN KEY (`会员号`) REFERENCES `会员` (`会员号`) ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `订单明细` (
  `订单号` varchar(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `行号` smallint unsigned NOT NULL,
  `商品编号` bigint NOT NULL,
  `数量` int unsigned NOT NULL DEFAULT 1,
  `成交价` decimal(10,2) NOT NULL,
  PRIMARY KEY (`订单号`, `行号`),
  KEY (`商品编号`),
  CONSTRAINT `外键_订单` FOREIGN KEY (`订单号`) REFERENCES `订单` (`订单号`) ON DELETE CASCADE,
  CONSTRAINT `外键_商品` FOREIGN KEY (`商品编号`) REFERENCES `商品` (`编号`),
  CONSTRAINT `检查_数量` CHECK (`数量` > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `收货地址` (
  id int NOT NULL AUTO_INCREMENT,
  `会员号` char(12) CHARACTER SET ascii NOT NULL,
  `省` varchar(20) NOT NULL,
  `市` varchar(20) NOT NULL,
  `详细地址` varchar(200) NOT NULL,
  `邮编` char(6) CHARACTER SET latin1 DEFAULT NULL,
  `默认` tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  KEY (`会员号`)
) ENGINE=InnoDB DEFAULT CHARSET=gbk;

CREATE TABLE `评价` (
  id bigint NOT NULL AUTO_INCREMENT,
  `商品编号` bigint NOT NULL,
  `星级` tinyint unsigned NOT NULL DEFAULT 5,
  `内容` varchar(1000) NOT NULL DEFAULT '',
  `图片` varchar(2000) CHARACTER SET latin1 DEFAULT NULL,
  PRIMARY KEY (id),
  KEY (`商品编号`),
  CONSTRAINT `检查_星级` CHECK (`星级` >= 1 AND `星级` <= 5)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE `优惠券` (
  `券码` varchar(20) CHARACTER SET ascii NOT NULL,
  `面额` decimal(8,2) NOT NULL,
  `起用` decimal(8,2) NOT NULL DEFAULT 0.00,
  `开始` date NOT NULL DEFAULT '2020-01-01',
  `结束` date NOT NULL DEFAULT '2099-12-31',
  PRIMARY KEY (`券码`),
  CONSTRAINT `检查_日期` CHECK (`开始` <= `结束`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `操作日志` (
  id bigint NOT NULL AUTO_INCREMENT,
  `年份` smallint NOT NULL,
  `操作` varchar(100) NOT NULL,
  PRIMARY KEY (id, `年份`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci PARTITION BY RANGE (`年份`)
(PARTITION `以前` VALUES LESS THAN (2024) COMMENT = '旧数据', PARTITION `今年` VALUES LESS THAN (2026),
 PARTITION `以后` VALUES LESS THAN MAXVALUE);

CREATE TABLE `地区` (
  code char(6) NOT NULL,
  `地区名` varchar(30) NOT NULL,
  PRIMARY KEY (code)
) ENGINE=MyISAM DEFAULT CHARSET=gb2312;

CREATE TABLE big5_stores (
  id int NOT NULL,
  name varchar(40) NOT NULL DEFAULT '台北',
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=big5;

CREATE TABLE `店铺☆` (
  id int NOT NULL,
  `名称①` varchar(40) NOT NULL DEFAULT '☆旗舰店☆',
  `Ελληνικά` varchar(10) DEFAULT NULL,
  `имя` varchar(10) DEFAULT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE jp_catalog (
  id int NOT NULL,
  `商品名` varchar(60) NOT NULL,
  kana varchar(60) CHARACTER SET sjis DEFAULT NULL,
  memo varchar(60) CHARACTER SET eucjpms DEFAULT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=cp932;

CREATE TABLE kr_catalog (
  id int NOT NULL,
  name varchar(60) NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=euckr;

CREATE VIEW `在售商品` AS SELECT `编号`, `标题`, `单价` AS `价格` FROM `商品` WHERE `状态` = '上架' AND `库存` > 0;

CREATE VIEW `销售排行` AS
SELECT p.`编号`, p.`标题`, SUM(m.`数量`) AS `销量`, SUM(m.`数量` * m.`成交价`) AS `销售额`
FROM `商品` p JOIN `订单明细` m ON m.`商品编号` = p.`编号` GROUP BY p.`编号`, p.`标题`;

CREATE VIEW `会员称呼` AS
SELECT `会员号`, CONCAT(`昵称`, CASE `性别` WHEN '男' THEN '先生' WHEN '女' THEN '女士' ELSE '' END) AS `称呼` FROM `会员`;

CREATE VIEW `好评` AS SELECT id, REPLACE(`内容`, '好', '👍') AS `内容` FROM `评价` WHERE `星级` = 5;
