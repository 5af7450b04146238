-- 网上商城 on MySQL.

CREATE TABLE `状态表` (
  id int NOT NULL,
  `状态` varchar(20) NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT `检查_状态` CHECK (`状态` IN ('上架','下架'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `拼音` (
  id int NOT NULL,
  name varchar(20) COLLATE utf8mb4_zh_0900_as_cs NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `国标` (
  id int NOT NULL,
  name varchar(20) NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=gb18030;

CREATE TABLE `文档` (
  id int NOT NULL,
  `内容` json DEFAULT NULL,
  `标题` varchar(60) GENERATED ALWAYS AS (json_unquote(json_extract(`内容`, '$."标题"'))) VIRTUAL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `分词` (
  id int NOT NULL,
  `正文` text NOT NULL,
  PRIMARY KEY (id),
  FULLTEXT KEY `全文` (`正文`) /*!50100 WITH PARSER ngram */
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE VIEW `文档标题` AS SELECT id, `内容`->>'$."标题"' AS t FROM `文档`;
