-- Triggers and routines as an application on MySQL has them.

CREATE TABLE rt_stock (
  id int NOT NULL,
  qty int NOT NULL DEFAULT 0,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TRIGGER rt_stock_new BEFORE UPDATE ON rt_stock FOR EACH ROW SET NEW.qty = GREATEST(NEW.qty, 0);

SET NAMES utf8mb4 COLLATE utf8mb4_general_ci;

DELIMITER //
CREATE TRIGGER rt_stock_positive BEFORE INSERT ON rt_stock FOR EACH ROW
BEGIN
  IF NEW.qty < 0 THEN
    SET NEW.qty = 0;
  END IF;
END//

CREATE FUNCTION rt_double(a int) RETURNS int DETERMINISTIC NO SQL RETURN a * 2//

CREATE PROCEDURE rt_count(OUT n int) READS SQL DATA SELECT COUNT(*) INTO n FROM rt_stock//
DELIMITER ;

SET NAMES utf8mb4;

CREATE VIEW rt_doubled AS SELECT id, rt_double(qty) AS qty FROM rt_stock;
