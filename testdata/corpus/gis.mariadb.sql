-- The land register on MariaDB: reference systems as attributes, functions that only MariaDB has.

CREATE TABLE gis_mark (
  id int NOT NULL,
  pos point REF_SYSTEM_ID=4326 NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gis_collection (
  id int NOT NULL,
  parts geometrycollection NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gis_default (
  id int NOT NULL,
  pos point DEFAULT (point(1, 2)),
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gis_default_bare (
  id int NOT NULL,
  token varchar(40) DEFAULT (concat('n', 1 + 1)),
  seen datetime DEFAULT (current_timestamp() + interval 1 day),
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gis_relation (
  id int NOT NULL,
  a polygon NOT NULL,
  b polygon NOT NULL,
  touching tinyint AS (st_relate(a, b, 'F***T****')) VIRTUAL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE gis_ring (
  id int NOT NULL,
  a polygon NOT NULL,
  vertices int AS (st_numpoints(st_exteriorring(a))) VIRTUAL,
  PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE VIEW gis_on_surface AS SELECT id, ST_AsText(ST_PointOnSurface(outline)) AS inner_point FROM gis_boundary;

CREATE VIEW gis_closed AS SELECT id, ST_IsRing(way) AS ring FROM gis_road;

CREATE VIEW gis_old_names AS SELECT id, AsText(pos) AS wkt, X(pos) AS x FROM gis_point;
