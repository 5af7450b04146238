-- A land register with maps: every spatial type, spatial keys, measures in views.

CREATE TABLE gis_layer (
  layer_id smallint unsigned NOT NULL AUTO_INCREMENT,
  name varchar(80) NOT NULL,
  min_scale int unsigned DEFAULT NULL,
  max_scale int unsigned DEFAULT NULL,
  style text,
  PRIMARY KEY (layer_id)
) ENGINE=InnoDB;

CREATE TABLE gis_point (
  id int NOT NULL AUTO_INCREMENT,
  layer_id smallint unsigned NOT NULL,
  pos point NOT NULL,
  label varchar(100) DEFAULT NULL,
  PRIMARY KEY (id),
  SPATIAL KEY gis_point_pos (pos),
  KEY gis_point_layer (layer_id),
  CONSTRAINT gis_point_layer FOREIGN KEY (layer_id) REFERENCES gis_layer (layer_id)
) ENGINE=InnoDB;

CREATE TABLE gis_road (
  id int NOT NULL AUTO_INCREMENT,
  class enum('motorway','primary','secondary','track') NOT NULL,
  way linestring NOT NULL,
  oneway tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  SPATIAL KEY (way)
) ENGINE=InnoDB;

CREATE TABLE gis_parcel (
  parcel_no varchar(24) NOT NULL,
  area_m2 decimal(14,2) NOT NULL,
  shape polygon NOT NULL,
  PRIMARY KEY (parcel_no),
  SPATIAL KEY gis_parcel_shape (shape),
  CONSTRAINT gis_parcel_area CHECK (area_m2 > 0)
) ENGINE=InnoDB;

CREATE TABLE gis_owner (
  owner_id int NOT NULL AUTO_INCREMENT,
  parcel_no varchar(24) NOT NULL,
  share_num int unsigned NOT NULL DEFAULT 1,
  share_den int unsigned NOT NULL DEFAULT 1,
  PRIMARY KEY (owner_id),
  KEY (parcel_no),
  FOREIGN KEY (parcel_no) REFERENCES gis_parcel (parcel_no) ON UPDATE CASCADE,
  CONSTRAINT gis_owner_share CHECK (share_num <= share_den)
) ENGINE=InnoDB;

CREATE TABLE gis_multi (
  id int NOT NULL,
  dots multipoint DEFAULT NULL,
  ways multilinestring DEFAULT NULL,
  areas multipolygon DEFAULT NULL,
  anything geometry DEFAULT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gis_tile (
  zoom tinyint unsigned NOT NULL,
  x int unsigned NOT NULL,
  y int unsigned NOT NULL,
  image blob NOT NULL,
  etag binary(16) NOT NULL,
  PRIMARY KEY (zoom, x, y)
) ENGINE=InnoDB PARTITION BY LIST (zoom)
(PARTITION coarse VALUES IN (0,1,2,3,4,5), PARTITION middle VALUES IN (6,7,8,9,10),
 PARTITION fine VALUES IN (11,12,13,14,15,16,17,18));

CREATE TABLE gis_elevation (
  x int NOT NULL,
  y int NOT NULL,
  z float NOT NULL,
  PRIMARY KEY (x, y)
) ENGINE=InnoDB PARTITION BY LINEAR HASH (x) PARTITIONS 4;

CREATE TABLE gis_station (
  code char(5) NOT NULL,
  lat decimal(9,6) NOT NULL,
  lon decimal(9,6) NOT NULL,
  pos point GENERATED ALWAYS AS (point(lon, lat)) STORED,
  PRIMARY KEY (code),
  CONSTRAINT gis_station_lat CHECK (lat BETWEEN -90 AND 90),
  CONSTRAINT gis_station_lon CHECK (lon BETWEEN -180 AND 180)
) ENGINE=InnoDB;

CREATE TABLE gis_boundary (
  id int NOT NULL AUTO_INCREMENT,
  kind varchar(20) NOT NULL,
  outline multipolygon NOT NULL,
  PRIMARY KEY (id),
  SPATIAL KEY (outline)
) ENGINE=MyISAM;

CREATE TABLE gis_track (
  track_id bigint unsigned NOT NULL AUTO_INCREMENT,
  device varchar(40) NOT NULL,
  started datetime(3) NOT NULL,
  path linestring DEFAULT NULL,
  metres double DEFAULT NULL,
  PRIMARY KEY (track_id),
  KEY (device, started)
) ENGINE=InnoDB;

CREATE TABLE gis_survey (
  survey_id int NOT NULL AUTO_INCREMENT,
  surveyor varchar(60) NOT NULL,
  surveyed date NOT NULL,
  accuracy_mm smallint unsigned DEFAULT NULL,
  remarks varchar(500) DEFAULT NULL,
  PRIMARY KEY (survey_id)
) ENGINE=InnoDB;

CREATE TABLE gis_survey_point (
  survey_id int NOT NULL,
  seq smallint NOT NULL,
  x double NOT NULL,
  y double NOT NULL,
  h double DEFAULT NULL,
  PRIMARY KEY (survey_id, seq),
  CONSTRAINT gis_survey_point_of FOREIGN KEY (survey_id) REFERENCES gis_survey (survey_id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE VIEW gis_parcel_measure AS
SELECT parcel_no, area_m2, ST_Area(shape) AS measured, ST_AsText(ST_Centroid(shape)) AS centre FROM gis_parcel;

CREATE VIEW gis_near AS
SELECT a.id, b.id AS other FROM gis_point a JOIN gis_point b ON ST_Distance(a.pos, b.pos) < 5 AND a.id < b.id;

CREATE VIEW gis_label AS
SELECT id, COALESCE(label, '') AS label, ST_X(pos) AS x, ST_Y(pos) AS y FROM gis_point;

CREATE VIEW gis_in_parcel AS
SELECT p.parcel_no, g.id FROM gis_parcel p JOIN gis_point g ON ST_Contains(p.shape, g.pos);
