-- Timetables of a transport company, 1999 to today: small MyISAM tables beside InnoDB, times, codes, cycles.

CREATE TABLE tr_agency (
  agency_id varchar(20) NOT NULL,
  agency_name varchar(100) NOT NULL,
  agency_timezone varchar(40) NOT NULL DEFAULT 'Europe/Zurich',
  PRIMARY KEY (agency_id)
) ENGINE=MyISAM DEFAULT CHARSET=latin2;

CREATE TABLE tr_stop (
  stop_id varchar(20) NOT NULL,
  stop_name varchar(100) NOT NULL,
  stop_lat double NOT NULL,
  stop_lon double NOT NULL,
  parent_stop varchar(20) DEFAULT NULL,
  wheelchair tinyint(1) unsigned DEFAULT NULL,
  PRIMARY KEY (stop_id),
  KEY tr_stop_parent (parent_stop),
  CONSTRAINT tr_stop_parent FOREIGN KEY (parent_stop) REFERENCES tr_stop (stop_id)
) ENGINE=InnoDB DEFAULT CHARSET=latin2;

CREATE TABLE tr_route (
  route_id varchar(20) NOT NULL,
  agency_id varchar(20) NOT NULL,
  short_name varchar(10) NOT NULL DEFAULT '',
  route_type tinyint(2) NOT NULL DEFAULT 3,
  color char(6) NOT NULL DEFAULT 'FFFFFF',
  PRIMARY KEY (route_id),
  KEY (agency_id)
) ENGINE=InnoDB DEFAULT CHARSET=latin2;

CREATE TABLE tr_calendar (
  service_id varchar(20) NOT NULL,
  monday tinyint(1) NOT NULL DEFAULT 1,
  tuesday tinyint(1) NOT NULL DEFAULT 1,
  sunday tinyint(1) NOT NULL DEFAULT 0,
  start_date date NOT NULL,
  end_date date NOT NULL,
  PRIMARY KEY (service_id)
) ENGINE=InnoDB DEFAULT CHARSET=latin2;

CREATE TABLE tr_trip (
  trip_id varchar(40) NOT NULL,
  route_id varchar(20) NOT NULL,
  service_id varchar(20) NOT NULL,
  headsign varchar(100) DEFAULT NULL,
  direction bit(1) NOT NULL DEFAULT b'0',
  PRIMARY KEY (trip_id),
  KEY (route_id),
  KEY (service_id),
  CONSTRAINT tr_trip_route FOREIGN KEY (route_id) REFERENCES tr_route (route_id) ON DELETE CASCADE,
  CONSTRAINT tr_trip_service FOREIGN KEY (service_id) REFERENCES tr_calendar (service_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=latin2;

CREATE TABLE tr_stop_time (
  trip_id varchar(40) NOT NULL,
  stop_sequence smallint unsigned NOT NULL,
  stop_id varchar(20) NOT NULL,
  arrival time NOT NULL,
  departure time NOT NULL,
  dwell int GENERATED ALWAYS AS (time_to_sec(departure) - time_to_sec(arrival)) STORED,
  PRIMARY KEY (trip_id, stop_sequence),
  KEY (stop_id, departure),
  CONSTRAINT tr_stop_time_trip FOREIGN KEY (trip_id) REFERENCES tr_trip (trip_id) ON DELETE CASCADE,
  CONSTRAINT tr_stop_time_stop FOREIGN KEY (stop_id) REFERENCES tr_stop (stop_id),
  CONSTRAINT tr_stop_time_order CHECK (departure >= arrival)
) ENGINE=InnoDB DEFAULT CHARSET=latin2;

CREATE TABLE tr_fare (
  zone_from tinyint unsigned NOT NULL,
  zone_to tinyint unsigned NOT NULL,
  price decimal(6,2) NOT NULL,
  valid_years year DEFAULT NULL,
  PRIMARY KEY (zone_from, zone_to)
) ENGINE=MyISAM DEFAULT CHARSET=latin2;

CREATE TABLE tr_vehicle (
  vehicle_no int(5) unsigned zerofill NOT NULL,
  plate varchar(12) NOT NULL,
  built year(4) NOT NULL,
  seats tinyint unsigned NOT NULL DEFAULT 40,
  PRIMARY KEY (vehicle_no),
  UNIQUE KEY (plate)
) ENGINE=InnoDB DEFAULT CHARSET=latin2;

CREATE TABLE tr_position (
  vehicle_no int unsigned NOT NULL,
  at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  lat float NOT NULL,
  lon float NOT NULL,
  PRIMARY KEY (vehicle_no, at)
) ENGINE=InnoDB PARTITION BY HASH (vehicle_no) PARTITIONS 3;

CREATE TABLE tr_card (
  card_no bigint unsigned NOT NULL,
  balance decimal(8,2) NOT NULL DEFAULT 0.00,
  issued date NOT NULL,
  blocked tinyint(1) NOT NULL DEFAULT 0,
  checksum tinyint GENERATED ALWAYS AS (card_no % 97) VIRTUAL,
  PRIMARY KEY (card_no),
  KEY (checksum)
) ENGINE=InnoDB;

CREATE TABLE tr_tap (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  card_no bigint unsigned NOT NULL,
  stop_id varchar(20) CHARACTER SET latin2 NOT NULL,
  at datetime NOT NULL,
  day date GENERATED ALWAYS AS (cast(at AS date)) STORED,
  PRIMARY KEY (id),
  KEY tr_tap_day (day, card_no),
  KEY tr_tap_card (card_no),
  CONSTRAINT tr_tap_card FOREIGN KEY (card_no) REFERENCES tr_card (card_no)
) ENGINE=InnoDB;

CREATE TABLE tr_delay (
  trip_id varchar(40) NOT NULL,
  day date NOT NULL,
  seconds mediumint NOT NULL,
  cause set('weather','staff','technical','traffic','other') NOT NULL DEFAULT 'other',
  PRIMARY KEY (trip_id, day)
) ENGINE=MyISAM DEFAULT CHARSET=latin2;

CREATE TABLE tr_cyrillic (
  id int NOT NULL,
  a varchar(50) CHARACTER SET koi8r DEFAULT 'остановка',
  b varchar(50) CHARACTER SET cp1251 DEFAULT NULL,
  c varchar(50) CHARACTER SET cp850 DEFAULT NULL,
  d varchar(50) CHARACTER SET greek DEFAULT NULL,
  e varchar(50) CHARACTER SET hebrew DEFAULT NULL,
  f varchar(50) CHARACTER SET tis620 DEFAULT NULL,
  g varchar(50) CHARACTER SET ucs2 DEFAULT NULL,
  h varchar(50) CHARACTER SET utf16 DEFAULT NULL,
  i varchar(50) CHARACTER SET utf32 DEFAULT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE VIEW tr_departures AS
SELECT s.stop_name, st.departure, r.short_name, t.headsign FROM tr_stop_time st
JOIN tr_stop s USING (stop_id) JOIN tr_trip t USING (trip_id) JOIN tr_route r USING (route_id);

CREATE VIEW tr_late AS SELECT trip_id, AVG(seconds) AS mean, MAX(seconds) AS worst FROM tr_delay GROUP BY trip_id;

CREATE VIEW tr_night AS SELECT trip_id FROM tr_stop_time WHERE departure >= '24:00:00' OR departure < TIME('04:00:00');

CREATE VIEW tr_headway AS
SELECT stop_id, departure, SEC_TO_TIME(TIME_TO_SEC(departure) - TIME_TO_SEC(LAG(departure) OVER (PARTITION BY stop_id ORDER BY departure))) AS gap
FROM tr_stop_time;
