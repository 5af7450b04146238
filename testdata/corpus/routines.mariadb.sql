-- Triggers and routines as an application on MariaDB has them.

CREATE TABLE rt_stock (
  id int NOT NULL,
  qty int NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE rt_log (
  id int NOT NULL AUTO_INCREMENT,
  note varchar(200) NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TRIGGER rt_stock_old BEFORE DELETE ON rt_stock FOR EACH ROW INSERT INTO rt_log (note) VALUES (OLD.id);

SET sql_mode = 'STRICT_TRANS_TABLES';

DELIMITER //
CREATE TRIGGER rt_stock_log AFTER UPDATE ON rt_stock FOR EACH ROW
BEGIN
  IF NEW.qty < 0 THEN
    INSERT INTO rt_log (note) VALUES (CONCAT('negative: ', NEW.id));
  END IF;
END//

CREATE FUNCTION rt_double(a int) RETURNS int DETERMINISTIC NO SQL RETURN a * 2//

CREATE PROCEDURE rt_count(OUT n int) READS SQL DATA SELECT COUNT(*) INTO n FROM rt_stock//

CREATE PROCEDURE rt_fill()
BEGIN
  FOR i IN 1..10 DO
    INSERT INTO rt_stock (id) VALUES (i);
  END FOR;
END//

CREATE PROCEDURE rt_copy()
BEGIN
  DECLARE r ROW TYPE OF rt_stock;
  SELECT * INTO r FROM rt_stock LIMIT 1;
END//
DELIMITER ;

SET sql_mode = DEFAULT;

CREATE VIEW rt_doubled AS SELECT id, rt_double(qty) AS qty FROM rt_stock;
