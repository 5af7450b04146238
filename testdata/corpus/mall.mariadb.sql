-- 网上商城 on MariaDB.

CREATE TABLE `库存快照` (
  id int NOT NULL,
  `数量` int NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB PAGE_COMPRESSED=1 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `检查表` (
  `数量` int NOT NULL CHECK (`数量` > 0),
  `上限` int NOT NULL CHECK (`上限` > `数量`),
  PRIMARY KEY (`数量`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `状态表` (
  id int NOT NULL,
  `状态` varchar(20) NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT `检查_状态` CHECK (`状态` IN ('上架','下架'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `中文字符序` (
  id int NOT NULL,
  name varchar(20) COLLATE utf8mb4_nopad_bin NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `泰文` (
  id int NOT NULL,
  name varchar(20) COLLATE utf8mb4_thai_520_w2 NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `默认表达式` (
  id int NOT NULL,
  `编码` varchar(60) NOT NULL DEFAULT concat('订单', id),
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `默认文本` (
  id int NOT NULL,
  `说明` text DEFAULT '暂无说明',
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE VIEW `库存快照视图` AS SELECT id, `数量` FROM `库存快照`;
