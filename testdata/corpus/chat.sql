-- A messenger: emoji in texts and comments, JSON, fractional seconds, binary ids.

CREATE TABLE chat_user (
  id binary(16) NOT NULL,
  handle varchar(30) NOT NULL,
  mood varchar(8) NOT NULL DEFAULT '🙂',
  bio varchar(500) DEFAULT NULL COMMENT 'about me ✍️',
  settings json DEFAULT NULL,
  created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  seen_at timestamp(6) NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP(6),
  PRIMARY KEY (id),
  UNIQUE KEY chat_user_handle (handle)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='people 👥';

CREATE TABLE chat_room (
  id binary(16) NOT NULL,
  title varchar(120) NOT NULL DEFAULT 'new room 🎉',
  kind enum('direct','group','channel','📢') NOT NULL DEFAULT 'direct',
  topic varchar(250) DEFAULT NULL,
  max_members smallint unsigned NOT NULL DEFAULT 256,
  PRIMARY KEY (id),
  CONSTRAINT chat_room_size CHECK (max_members > 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE chat_member (
  room_id binary(16) NOT NULL,
  user_id binary(16) NOT NULL,
  role enum('owner','admin','member','guest') NOT NULL DEFAULT 'member',
  muted_until datetime DEFAULT NULL,
  PRIMARY KEY (room_id, user_id),
  KEY chat_member_user (user_id),
  CONSTRAINT chat_member_room FOREIGN KEY (room_id) REFERENCES chat_room (id) ON DELETE CASCADE,
  CONSTRAINT chat_member_user FOREIGN KEY (user_id) REFERENCES chat_user (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE chat_message (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  room_id binary(16) NOT NULL,
  sender_id binary(16) DEFAULT NULL,
  body mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  payload json DEFAULT NULL,
  sent_at datetime(3) NOT NULL,
  edited tinyint(1) NOT NULL DEFAULT 0,
  reply_to bigint unsigned DEFAULT NULL,
  PRIMARY KEY (id),
  KEY chat_message_room (room_id, sent_at DESC),
  KEY chat_message_sender (sender_id),
  KEY chat_message_reply (reply_to),
  CONSTRAINT chat_message_room FOREIGN KEY (room_id) REFERENCES chat_room (id) ON DELETE CASCADE,
  CONSTRAINT chat_message_sender FOREIGN KEY (sender_id) REFERENCES chat_user (id) ON DELETE SET NULL,
  CONSTRAINT chat_message_reply FOREIGN KEY (reply_to) REFERENCES chat_message (id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE chat_reaction (
  message_id bigint unsigned NOT NULL,
  user_id binary(16) NOT NULL,
  emoji varchar(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '👍',
  PRIMARY KEY (message_id, user_id, emoji),
  CONSTRAINT chat_reaction_message FOREIGN KEY (message_id) REFERENCES chat_message (id) ON DELETE CASCADE,
  CONSTRAINT chat_reaction_user FOREIGN KEY (user_id) REFERENCES chat_user (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE chat_file (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  message_id bigint unsigned NOT NULL,
  name varchar(255) NOT NULL,
  mime varchar(127) CHARACTER SET ascii NOT NULL,
  size bigint unsigned NOT NULL,
  size_mib decimal(12,3) GENERATED ALWAYS AS (size / 1048576) VIRTUAL,
  extension varchar(20) GENERATED ALWAYS AS (lower(substring_index(name, '.', -1))) STORED,
  PRIMARY KEY (id),
  KEY chat_file_message (message_id),
  KEY chat_file_extension (extension)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE chat_device (
  token varchar(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id binary(16) NOT NULL,
  platform varchar(10) NOT NULL,
  badge int NOT NULL DEFAULT 0,
  PRIMARY KEY (token),
  KEY chat_device_user (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE chat_sticker (
  code varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  glyph varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT '🐼',
  image blob,
  tags set('cat','dog','fun','love') NOT NULL DEFAULT 'fun,love',
  PRIMARY KEY (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE chat_unread (
  user_id binary(16) NOT NULL,
  room_id binary(16) NOT NULL,
  n int unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id, room_id)
) ENGINE=MEMORY DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE chat_call (
  id bigint NOT NULL AUTO_INCREMENT,
  room_id binary(16) NOT NULL,
  started datetime(3) NOT NULL,
  ended datetime(3) DEFAULT NULL,
  seconds int GENERATED ALWAYS AS (timestampdiff(SECOND, started, ended)) STORED,
  quality float DEFAULT NULL,
  PRIMARY KEY (id),
  KEY (room_id, started)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE chat_ban (
  user_id binary(16) NOT NULL,
  reason varchar(200) NOT NULL DEFAULT '',
  days smallint NOT NULL DEFAULT 7,
  PRIMARY KEY (user_id),
  CONSTRAINT chat_ban_days CHECK (days BETWEEN 1 AND 3650),
  CONSTRAINT chat_ban_user FOREIGN KEY (user_id) REFERENCES chat_user (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE VIEW chat_last AS
SELECT m.room_id, m.id, m.body, m.sent_at FROM chat_message m
WHERE m.id = (SELECT MAX(x.id) FROM chat_message x WHERE x.room_id = m.room_id);

CREATE VIEW chat_popular AS SELECT emoji, COUNT(*) AS n FROM chat_reaction GROUP BY emoji HAVING COUNT(*) > 1;

CREATE VIEW chat_payload AS
SELECT id, JSON_UNQUOTE(JSON_EXTRACT(payload, '$.type')) AS type, JSON_LENGTH(payload) AS n, JSON_VALID(payload) AS ok
FROM chat_message WHERE JSON_CONTAINS(payload, '1', '$.v');

CREATE VIEW chat_hex AS SELECT HEX(id) AS id, CONCAT(handle, ' 🙂') AS shown, LENGTH(handle) AS bytes FROM chat_user;

CREATE VIEW chat_quiet AS
SELECT r.id FROM chat_room r WHERE NOT EXISTS (SELECT * FROM chat_message m WHERE m.room_id = r.id AND m.sent_at > NOW() - INTERVAL 1 MONTH);
