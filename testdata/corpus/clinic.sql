-- A hospital: surrogate and natural keys, code tables, views for reports.

CREATE TABLE cl_ward (
  ward char(3) NOT NULL,
  name varchar(60) NOT NULL,
  beds smallint unsigned NOT NULL,
  PRIMARY KEY (ward),
  CONSTRAINT cl_ward_beds CHECK (beds > 0)
) ENGINE=InnoDB;

CREATE TABLE cl_patient (
  patient_id int unsigned NOT NULL AUTO_INCREMENT,
  mrn char(10) NOT NULL,
  family varchar(60) NOT NULL,
  given varchar(60) NOT NULL,
  born date NOT NULL,
  sex char(1) NOT NULL DEFAULT 'U',
  blood enum('0-','0+','A-','A+','B-','B+','AB-','AB+') DEFAULT NULL,
  full_name varchar(122) GENERATED ALWAYS AS (concat(family, ', ', given)) VIRTUAL,
  PRIMARY KEY (patient_id),
  UNIQUE KEY cl_patient_mrn (mrn),
  KEY cl_patient_name (family, given),
  CONSTRAINT cl_patient_sex CHECK (sex IN ('F','M','X','U')),
  CONSTRAINT cl_patient_born CHECK (born >= '1900-01-01')
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_general_ci;

CREATE TABLE cl_doctor (
  doctor_id smallint unsigned NOT NULL AUTO_INCREMENT,
  name varchar(80) NOT NULL,
  speciality varchar(60) NOT NULL DEFAULT 'general',
  pager varchar(12) DEFAULT NULL,
  PRIMARY KEY (doctor_id)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_general_ci;

CREATE TABLE cl_stay (
  stay_id int unsigned NOT NULL AUTO_INCREMENT,
  patient_id int unsigned NOT NULL,
  ward char(3) NOT NULL,
  bed smallint unsigned NOT NULL,
  admitted datetime NOT NULL,
  discharged datetime DEFAULT NULL,
  nights smallint GENERATED ALWAYS AS (to_days(discharged) - to_days(admitted)) STORED,
  PRIMARY KEY (stay_id),
  KEY cl_stay_patient (patient_id, admitted),
  KEY cl_stay_bed (ward, bed),
  CONSTRAINT cl_stay_patient FOREIGN KEY (patient_id) REFERENCES cl_patient (patient_id),
  CONSTRAINT cl_stay_ward FOREIGN KEY (ward) REFERENCES cl_ward (ward),
  CONSTRAINT cl_stay_order CHECK (discharged IS NULL OR discharged >= admitted)
) ENGINE=InnoDB;

CREATE TABLE cl_icd (
  code varchar(8) CHARACTER SET ascii NOT NULL,
  title varchar(250) NOT NULL,
  chapter tinyint unsigned NOT NULL,
  PRIMARY KEY (code),
  FULLTEXT KEY (title)
) ENGINE=InnoDB;

CREATE TABLE cl_diagnosis (
  stay_id int unsigned NOT NULL,
  seq tinyint unsigned NOT NULL,
  code varchar(8) CHARACTER SET ascii NOT NULL,
  main tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (stay_id, seq),
  KEY (code),
  CONSTRAINT cl_diagnosis_stay FOREIGN KEY (stay_id) REFERENCES cl_stay (stay_id) ON DELETE CASCADE,
  CONSTRAINT cl_diagnosis_code FOREIGN KEY (code) REFERENCES cl_icd (code) ON UPDATE CASCADE
) ENGINE=InnoDB;

CREATE TABLE cl_lab_result (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  patient_id int unsigned NOT NULL,
  loinc varchar(10) CHARACTER SET ascii NOT NULL,
  taken datetime NOT NULL,
  value_num decimal(16,6) DEFAULT NULL,
  value_text varchar(200) DEFAULT NULL,
  low decimal(16,6) DEFAULT NULL,
  high decimal(16,6) DEFAULT NULL,
  flag char(1) GENERATED ALWAYS AS (if(value_num < low, 'L', if(value_num > high, 'H', ''))) VIRTUAL,
  PRIMARY KEY (id),
  KEY cl_lab_patient (patient_id, loinc, taken),
  CONSTRAINT cl_lab_patient FOREIGN KEY (patient_id) REFERENCES cl_patient (patient_id),
  CONSTRAINT cl_lab_value CHECK (value_num IS NOT NULL OR value_text IS NOT NULL)
) ENGINE=InnoDB;

CREATE TABLE cl_vital (
  patient_id int unsigned NOT NULL,
  at datetime NOT NULL,
  pulse tinyint unsigned DEFAULT NULL,
  systolic tinyint unsigned DEFAULT NULL,
  diastolic tinyint unsigned DEFAULT NULL,
  temp decimal(3,1) DEFAULT NULL,
  kg decimal(5,2) DEFAULT NULL,
  cm decimal(4,1) DEFAULT NULL,
  bmi decimal(6,2) GENERATED ALWAYS AS (kg / pow(cm / 100, 2)) STORED,
  PRIMARY KEY (patient_id, at)
) ENGINE=InnoDB;

CREATE TABLE cl_drug (
  atc char(7) CHARACTER SET ascii NOT NULL,
  name varchar(120) NOT NULL,
  unit varchar(10) NOT NULL DEFAULT 'mg',
  narcotic bit(1) NOT NULL DEFAULT b'0',
  PRIMARY KEY (atc)
) ENGINE=InnoDB;

CREATE TABLE cl_prescription (
  id int unsigned NOT NULL AUTO_INCREMENT,
  stay_id int unsigned NOT NULL,
  atc char(7) CHARACTER SET ascii NOT NULL,
  doctor_id smallint unsigned NOT NULL,
  dose decimal(10,3) NOT NULL,
  times_per_day tinyint unsigned NOT NULL DEFAULT 1,
  daily decimal(12,3) GENERATED ALWAYS AS (dose * times_per_day) VIRTUAL,
  starts date NOT NULL,
  ends date DEFAULT NULL,
  PRIMARY KEY (id),
  KEY (stay_id),
  KEY (atc),
  KEY (doctor_id),
  CONSTRAINT cl_rx_stay FOREIGN KEY (stay_id) REFERENCES cl_stay (stay_id),
  CONSTRAINT cl_rx_drug FOREIGN KEY (atc) REFERENCES cl_drug (atc),
  CONSTRAINT cl_rx_doctor FOREIGN KEY (doctor_id) REFERENCES cl_doctor (doctor_id),
  CONSTRAINT cl_rx_dose CHECK (dose > 0 AND times_per_day BETWEEN 1 AND 24),
  CONSTRAINT cl_rx_dates CHECK (ends IS NULL OR ends >= starts)
) ENGINE=InnoDB;

CREATE TABLE cl_image (
  uid varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  patient_id int unsigned NOT NULL,
  modality char(2) NOT NULL,
  shot datetime(2) NOT NULL,
  header blob,
  PRIMARY KEY (uid),
  KEY (patient_id, modality)
) ENGINE=InnoDB;

CREATE TABLE cl_consent (
  patient_id int unsigned NOT NULL,
  topic varchar(40) NOT NULL,
  given tinyint(1) NOT NULL,
  signed_on date NOT NULL,
  scan mediumblob,
  PRIMARY KEY (patient_id, topic)
) ENGINE=InnoDB;

CREATE VIEW cl_occupancy AS
SELECT w.ward, w.beds, COUNT(s.stay_id) AS used, ROUND(100 * COUNT(s.stay_id) / w.beds, 1) AS pct
FROM cl_ward w LEFT JOIN cl_stay s ON s.ward = w.ward AND s.discharged IS NULL GROUP BY w.ward, w.beds;

CREATE VIEW cl_inpatient AS
SELECT p.mrn, p.full_name, TIMESTAMPDIFF(YEAR, p.born, CURDATE()) AS age, s.ward, s.bed
FROM cl_stay s JOIN cl_patient p USING (patient_id) WHERE s.discharged IS NULL;

CREATE VIEW cl_abnormal AS
SELECT patient_id, loinc, taken, value_num, flag FROM cl_lab_result WHERE flag <> '';

CREATE VIEW cl_lab_trend AS
SELECT patient_id, loinc, taken, value_num - LAG(value_num) OVER (PARTITION BY patient_id, loinc ORDER BY taken) AS delta,
  ROW_NUMBER() OVER (PARTITION BY patient_id, loinc ORDER BY taken DESC) AS latest FROM cl_lab_result;

CREATE VIEW cl_narcotics AS
SELECT r.id, d.name, r.daily FROM cl_prescription r NATURAL JOIN cl_drug d WHERE d.narcotic = 1;
