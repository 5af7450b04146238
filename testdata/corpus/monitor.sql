-- A monitoring system: ids from the application, foreign keys everywhere, history tables by value type.

CREATE TABLE mon_role (
  roleid bigint unsigned NOT NULL,
  name varchar(255) DEFAULT '' NOT NULL,
  type integer DEFAULT '0' NOT NULL,
  readonly integer DEFAULT '0' NOT NULL,
  PRIMARY KEY (roleid),
  UNIQUE KEY mon_role_1 (name)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_users (
  userid bigint unsigned NOT NULL,
  username varchar(100) DEFAULT '' NOT NULL,
  passwd varchar(60) DEFAULT '' NOT NULL,
  lang varchar(7) DEFAULT 'default' NOT NULL,
  refresh varchar(32) DEFAULT '30s' NOT NULL,
  roleid bigint unsigned NULL,
  PRIMARY KEY (userid),
  UNIQUE KEY mon_users_1 (username),
  KEY mon_users_2 (roleid),
  CONSTRAINT c_users_1 FOREIGN KEY (roleid) REFERENCES mon_role (roleid) ON DELETE CASCADE
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_hosts (
  hostid bigint unsigned NOT NULL,
  proxy_hostid bigint unsigned NULL,
  host varchar(128) DEFAULT '' NOT NULL,
  status integer DEFAULT '0' NOT NULL,
  name varchar(128) DEFAULT '' NOT NULL,
  description text NOT NULL,
  tls_connect integer DEFAULT '1' NOT NULL,
  uuid varchar(32) DEFAULT '' NOT NULL,
  PRIMARY KEY (hostid),
  KEY mon_hosts_1 (host),
  KEY mon_hosts_2 (status),
  KEY mon_hosts_3 (proxy_hostid),
  CONSTRAINT c_hosts_1 FOREIGN KEY (proxy_hostid) REFERENCES mon_hosts (hostid)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_interface (
  interfaceid bigint unsigned NOT NULL,
  hostid bigint unsigned NOT NULL,
  main integer DEFAULT '0' NOT NULL,
  useip integer DEFAULT '1' NOT NULL,
  ip varchar(64) DEFAULT '127.0.0.1' NOT NULL,
  dns varchar(255) DEFAULT '' NOT NULL,
  port varchar(64) DEFAULT '10050' NOT NULL,
  PRIMARY KEY (interfaceid),
  KEY mon_interface_1 (hostid, main),
  KEY mon_interface_2 (ip, dns),
  CONSTRAINT c_interface_1 FOREIGN KEY (hostid) REFERENCES mon_hosts (hostid) ON DELETE CASCADE
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_items (
  itemid bigint unsigned NOT NULL,
  type integer DEFAULT '0' NOT NULL,
  hostid bigint unsigned NOT NULL,
  name varchar(255) DEFAULT '' NOT NULL,
  key_ varchar(2048) DEFAULT '' NOT NULL,
  delay varchar(1024) DEFAULT '0' NOT NULL,
  value_type integer DEFAULT '0' NOT NULL,
  params text NOT NULL,
  templateid bigint unsigned NULL,
  interfaceid bigint unsigned NULL,
  PRIMARY KEY (itemid),
  KEY mon_items_1 (hostid, key_(764)),
  KEY mon_items_2 (templateid),
  KEY mon_items_3 (interfaceid),
  CONSTRAINT c_items_1 FOREIGN KEY (hostid) REFERENCES mon_hosts (hostid) ON DELETE CASCADE,
  CONSTRAINT c_items_2 FOREIGN KEY (templateid) REFERENCES mon_items (itemid) ON DELETE CASCADE,
  CONSTRAINT c_items_3 FOREIGN KEY (interfaceid) REFERENCES mon_interface (interfaceid)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_triggers (
  triggerid bigint unsigned NOT NULL,
  expression varchar(2048) DEFAULT '' NOT NULL,
  description varchar(255) DEFAULT '' NOT NULL,
  priority integer DEFAULT '0' NOT NULL,
  lastchange integer DEFAULT '0' NOT NULL,
  comments text NOT NULL,
  PRIMARY KEY (triggerid),
  KEY mon_triggers_1 (priority),
  KEY mon_triggers_2 (lastchange)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_functions (
  functionid bigint unsigned NOT NULL,
  itemid bigint unsigned NOT NULL,
  triggerid bigint unsigned NOT NULL,
  name varchar(12) DEFAULT '' NOT NULL,
  parameter varchar(255) DEFAULT '0' NOT NULL,
  PRIMARY KEY (functionid),
  KEY mon_functions_1 (triggerid),
  KEY mon_functions_2 (itemid, name, parameter),
  CONSTRAINT c_functions_1 FOREIGN KEY (itemid) REFERENCES mon_items (itemid) ON DELETE CASCADE,
  CONSTRAINT c_functions_2 FOREIGN KEY (triggerid) REFERENCES mon_triggers (triggerid) ON DELETE CASCADE
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_trigger_depends (
  triggerdepid bigint unsigned NOT NULL,
  triggerid_down bigint unsigned NOT NULL,
  triggerid_up bigint unsigned NOT NULL,
  PRIMARY KEY (triggerdepid),
  UNIQUE KEY mon_trigger_depends_1 (triggerid_down, triggerid_up),
  KEY mon_trigger_depends_2 (triggerid_up),
  CONSTRAINT c_depends_1 FOREIGN KEY (triggerid_down) REFERENCES mon_triggers (triggerid) ON DELETE CASCADE,
  CONSTRAINT c_depends_2 FOREIGN KEY (triggerid_up) REFERENCES mon_triggers (triggerid) ON DELETE CASCADE
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_history (
  itemid bigint unsigned NOT NULL,
  clock integer DEFAULT '0' NOT NULL,
  value double precision DEFAULT '0.0000' NOT NULL,
  ns integer DEFAULT '0' NOT NULL,
  PRIMARY KEY (itemid, clock, ns)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin
PARTITION BY RANGE (clock)
(PARTITION p2024_11 VALUES LESS THAN (1733007600),
 PARTITION p2024_12 VALUES LESS THAN (1735686000),
 PARTITION p2025_01 VALUES LESS THAN MAXVALUE);

CREATE TABLE mon_history_uint (
  itemid bigint unsigned NOT NULL,
  clock integer DEFAULT '0' NOT NULL,
  value bigint unsigned DEFAULT '0' NOT NULL,
  ns integer DEFAULT '0' NOT NULL,
  PRIMARY KEY (itemid, clock, ns)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin
PARTITION BY RANGE (clock)
(PARTITION p2024_11 VALUES LESS THAN (1733007600) COMMENT = 'old',
 PARTITION p2024_12 VALUES LESS THAN (1735686000));

CREATE TABLE mon_history_text (
  itemid bigint unsigned NOT NULL,
  clock integer DEFAULT '0' NOT NULL,
  value longtext NOT NULL,
  ns integer DEFAULT '0' NOT NULL,
  KEY mon_history_text_1 (itemid, clock)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_trends (
  itemid bigint unsigned NOT NULL,
  clock integer DEFAULT '0' NOT NULL,
  num integer DEFAULT '0' NOT NULL,
  value_min double DEFAULT '0.0000' NOT NULL,
  value_avg double DEFAULT '0.0000' NOT NULL,
  value_max double DEFAULT '0.0000' NOT NULL,
  PRIMARY KEY (itemid, clock)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin PARTITION BY HASH (itemid) PARTITIONS 4;

CREATE TABLE mon_events (
  eventid bigint unsigned NOT NULL,
  source integer DEFAULT '0' NOT NULL,
  object integer DEFAULT '0' NOT NULL,
  clock integer DEFAULT '0' NOT NULL,
  value integer DEFAULT '0' NOT NULL,
  acknowledged integer DEFAULT '0' NOT NULL,
  name varchar(2048) DEFAULT '' NOT NULL,
  PRIMARY KEY (eventid),
  KEY mon_events_1 (source, object, clock)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_acknowledges (
  acknowledgeid bigint unsigned NOT NULL,
  userid bigint unsigned NOT NULL,
  eventid bigint unsigned NOT NULL,
  message varchar(2048) DEFAULT '' NOT NULL,
  PRIMARY KEY (acknowledgeid),
  KEY (userid),
  KEY (eventid),
  FOREIGN KEY (userid) REFERENCES mon_users (userid) ON DELETE CASCADE,
  FOREIGN KEY (eventid) REFERENCES mon_events (eventid) ON DELETE CASCADE
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_maintenance (
  maintenanceid bigint unsigned NOT NULL,
  name varchar(128) DEFAULT '' NOT NULL,
  active_since integer DEFAULT '0' NOT NULL,
  active_till integer DEFAULT '0' NOT NULL,
  PRIMARY KEY (maintenanceid),
  KEY (active_since, active_till),
  UNIQUE KEY (name)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_maintenance_hosts (
  maintenanceid bigint unsigned NOT NULL,
  hostid bigint unsigned NOT NULL,
  PRIMARY KEY (maintenanceid, hostid),
  KEY (hostid),
  CONSTRAINT c_mhosts_1 FOREIGN KEY (maintenanceid) REFERENCES mon_maintenance (maintenanceid)
    ON DELETE CASCADE ON UPDATE NO ACTION,
  CONSTRAINT c_mhosts_2 FOREIGN KEY (hostid) REFERENCES mon_hosts (hostid) ON DELETE CASCADE
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_config (
  configid bigint unsigned NOT NULL,
  severity_color_0 varchar(6) DEFAULT '97AAB3' NOT NULL,
  session_key varchar(32) DEFAULT '' NOT NULL,
  ldap_port integer DEFAULT 389 NOT NULL,
  `system` text NOT NULL,
  PRIMARY KEY (configid)
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE mon_dbversion (
  mandatory integer DEFAULT '0' NOT NULL,
  optional integer DEFAULT '0' NOT NULL
) ENGINE=InnoDB CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE VIEW mon_problem AS
SELECT e.eventid, FROM_UNIXTIME(e.clock) AS since, e.name, COALESCE(a.acks, 0) AS acks
FROM mon_events e LEFT JOIN (SELECT eventid, COUNT(*) AS acks FROM mon_acknowledges GROUP BY eventid) a USING (eventid)
WHERE e.value = 1;

CREATE VIEW mon_host_items AS
SELECT h.host, i.name, i.key_, SUBSTRING_INDEX(i.key_, '[', 1) AS base
FROM mon_hosts h JOIN mon_items i ON i.hostid = h.hostid WHERE h.status IN (0, 1);

CREATE VIEW mon_busy_hosts AS
SELECT h.hostid, h.host FROM mon_hosts h WHERE EXISTS (SELECT 1 FROM mon_items i WHERE i.hostid = h.hostid)
UNION ALL SELECT 0, 'total';
