CREATE USER 'precheck'@'%' IDENTIFIED BY 'demo';
GRANT ALL ON *.* TO 'precheck'@'%';
CREATE TABLE shop_new.customer (id BIGINT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(80) NOT NULL, email VARCHAR(120), UNIQUE KEY email (email));
INSERT INTO shop_new.customer (name) VALUES ('left over from a rehearsal');
