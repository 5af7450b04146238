-- The land register on MySQL 9: SRID columns and functions that only MySQL has.

CREATE TABLE gis_mark (
  id int NOT NULL,
  pos point NOT NULL SRID 4326,
  PRIMARY KEY (id),
  SPATIAL KEY (pos)
) ENGINE=InnoDB;

CREATE TABLE gis_collection (
  id int NOT NULL,
  parts geometrycollection NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gis_hash (
  id int NOT NULL,
  lon double NOT NULL,
  lat double NOT NULL,
  cell varchar(12) GENERATED ALWAYS AS (st_geohash(lon, lat, 8)) STORED,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gis_default (
  id int NOT NULL,
  pos point DEFAULT (point(1, 2)),
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE VIEW gis_hash_view AS SELECT id, ST_GeoHash(ST_X(pos), ST_Y(pos), 6) AS cell FROM gis_point;

CREATE VIEW gis_sphere AS
SELECT a.id, ST_Distance_Sphere(a.pos, b.pos) AS metres FROM gis_point a JOIN gis_point b ON a.id < b.id;

CREATE VIEW gis_latitude AS SELECT id, ST_Latitude(pos) AS lat FROM gis_mark;

CREATE VIEW gis_transformed AS SELECT id, ST_AsText(ST_Transform(pos, 3857)) AS web FROM gis_mark;

CREATE VIEW gis_valid AS SELECT parcel_no FROM gis_parcel WHERE ST_IsValid(shape);

CREATE VIEW gis_simple AS SELECT id FROM gis_road WHERE ST_IsSimple(way);
