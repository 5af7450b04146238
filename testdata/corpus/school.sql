-- A school's administration of 2006, kept in one schema with its library and its canteen.

CREATE TABLE sc_year (
  year_id smallint NOT NULL,
  starts date NOT NULL,
  ends date NOT NULL,
  PRIMARY KEY (year_id)
) ENGINE=InnoDB DEFAULT CHARSET=latin1;

CREATE TABLE sc_teacher (
  short char(4) NOT NULL,
  family varchar(60) NOT NULL,
  given varchar(60) NOT NULL,
  born date DEFAULT NULL,
  hours tinyint unsigned NOT NULL DEFAULT 25,
  PRIMARY KEY (short),
  KEY sc_teacher_name (family(10), given(5))
) ENGINE=InnoDB DEFAULT CHARSET=latin1;

CREATE TABLE sc_subject (
  code varchar(6) NOT NULL,
  title varchar(60) NOT NULL,
  PRIMARY KEY (code)
) ENGINE=InnoDB DEFAULT CHARSET=latin1;

CREATE TABLE sc_class (
  year_id smallint NOT NULL,
  class varchar(5) NOT NULL,
  head char(4) DEFAULT NULL,
  room varchar(8) DEFAULT NULL,
  PRIMARY KEY (year_id, class),
  KEY (head),
  CONSTRAINT sc_class_year FOREIGN KEY (year_id) REFERENCES sc_year (year_id),
  CONSTRAINT sc_class_head FOREIGN KEY (head) REFERENCES sc_teacher (short) ON UPDATE CASCADE ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=latin1;

CREATE TABLE sc_pupil (
  pupil_id int NOT NULL AUTO_INCREMENT,
  family varchar(60) NOT NULL,
  given varchar(60) NOT NULL,
  born date NOT NULL,
  sex enum('f','m','x') NOT NULL DEFAULT 'x',
  entered date NOT NULL,
  `left` date DEFAULT NULL,
  PRIMARY KEY (pupil_id),
  KEY sc_pupil_name (family, given)
) ENGINE=InnoDB DEFAULT CHARSET=latin1;

CREATE TABLE sc_pupil_class (
  pupil_id int NOT NULL,
  year_id smallint NOT NULL,
  class varchar(5) NOT NULL,
  PRIMARY KEY (pupil_id, year_id),
  KEY sc_pupil_class_of (year_id, class),
  CONSTRAINT sc_pc_pupil FOREIGN KEY (pupil_id) REFERENCES sc_pupil (pupil_id) ON DELETE CASCADE,
  CONSTRAINT sc_pc_class FOREIGN KEY (year_id, class) REFERENCES sc_class (year_id, class)
) ENGINE=InnoDB DEFAULT CHARSET=latin1;

CREATE TABLE sc_lesson (
  year_id smallint NOT NULL,
  class varchar(5) NOT NULL,
  weekday tinyint NOT NULL,
  hour tinyint NOT NULL,
  code varchar(6) NOT NULL,
  short char(4) NOT NULL,
  PRIMARY KEY (year_id, class, weekday, hour),
  UNIQUE KEY sc_lesson_teacher (year_id, weekday, hour, short),
  KEY (code),
  CONSTRAINT sc_lesson_code FOREIGN KEY (code) REFERENCES sc_subject (code),
  CONSTRAINT sc_lesson_day CHECK (weekday BETWEEN 1 AND 6),
  CONSTRAINT sc_lesson_hour CHECK (hour BETWEEN 0 AND 11)
) ENGINE=InnoDB DEFAULT CHARSET=latin1;

CREATE TABLE sc_grade (
  pupil_id int NOT NULL,
  code varchar(6) NOT NULL,
  given_on date NOT NULL,
  grade decimal(2,1) NOT NULL,
  weight decimal(3,2) NOT NULL DEFAULT 1.00,
  weighted decimal(6,3) GENERATED ALWAYS AS (grade * weight) STORED,
  PRIMARY KEY (pupil_id, code, given_on),
  CONSTRAINT sc_grade_range CHECK (grade >= 1 AND grade <= 6)
) ENGINE=InnoDB DEFAULT CHARSET=latin1;

CREATE TABLE sc_absence (
  pupil_id int NOT NULL,
  day date NOT NULL,
  hours set('1','2','3','4','5','6','7','8') NOT NULL,
  excused tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (pupil_id, day)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE sc_book (
  isbn char(13) NOT NULL,
  title varchar(200) NOT NULL,
  author varchar(120) DEFAULT NULL,
  copies smallint NOT NULL DEFAULT 1,
  PRIMARY KEY (isbn),
  FULLTEXT KEY (title, author)
) ENGINE=MyISAM DEFAULT CHARSET=latin1;

CREATE TABLE sc_loan (
  loan_id int NOT NULL AUTO_INCREMENT,
  isbn char(13) NOT NULL,
  pupil_id int NOT NULL,
  taken date NOT NULL,
  due date GENERATED ALWAYS AS (taken + INTERVAL 28 DAY) VIRTUAL,
  returned date DEFAULT NULL,
  PRIMARY KEY (loan_id),
  KEY (isbn),
  KEY (pupil_id)
) ENGINE=InnoDB DEFAULT CHARSET=latin1;

CREATE TABLE sc_menu (
  day date NOT NULL,
  meal enum('meat','fish','vegetarian','vegan') NOT NULL,
  title varchar(80) NOT NULL,
  price decimal(4,2) NOT NULL DEFAULT 3.50,
  allergens bit(14) DEFAULT NULL,
  PRIMARY KEY (day, meal)
) ENGINE=InnoDB DEFAULT CHARSET=latin1;

CREATE VIEW sc_timetable AS
SELECT l.class, l.weekday, l.hour, s.title, t.family FROM sc_lesson l
JOIN sc_subject s USING (code) JOIN sc_teacher t USING (short);

CREATE VIEW sc_average AS
SELECT pupil_id, code, ROUND(SUM(weighted) / SUM(weight), 2) AS average FROM sc_grade GROUP BY pupil_id, code;

CREATE VIEW sc_overdue AS SELECT loan_id, pupil_id, due FROM sc_loan WHERE returned IS NULL AND due < CURDATE();
