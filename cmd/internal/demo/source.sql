CREATE USER 'precheck'@'%' IDENTIFIED BY 'demo';
GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, RELOAD, PROCESS, REPLICATION CLIENT ON *.* TO 'precheck'@'%';
CREATE TABLE shop.customer (id BIGINT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(80) NOT NULL, email VARCHAR(120), UNIQUE KEY email (email));
CREATE TABLE shop.orders (id BIGINT PRIMARY KEY AUTO_INCREMENT, customer_id BIGINT NOT NULL, placed DATETIME NOT NULL, note TEXT, KEY customer (customer_id), CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES shop.customer (id));
CREATE TABLE shop.audit_log (at DATETIME NOT NULL, who VARCHAR(40), what TEXT);
CREATE TABLE shop.price (weight DOUBLE PRIMARY KEY, cents BIGINT NOT NULL);
CREATE VIEW shop.recent AS SELECT id, placed FROM shop.orders;
INSERT INTO shop.customer (name, email) VALUES ('Ada', 'ada@example.com'), ('Grace', 'grace@example.com');
INSERT INTO shop.orders (customer_id, placed) VALUES (1, '2026-01-01 10:00:00');
