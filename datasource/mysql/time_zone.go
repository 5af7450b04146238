package mysql

import (
	"context"
	"time"

	"github.com/dbprecheck/precheck/datasource"
)

// timeZoneQuery reads offsets instead of the zone's name: SYSTEM and abbreviations such as CST are ambiguous.
// CONVERT_TZ returns NULL for a zone that the server does not know. For a server that does not accept SYSTEM
// there, the query returns today's offset.
const timeZoneQuery = `SELECT @@global.time_zone, @@system_time_zone,
COALESCE(TIMESTAMPDIFF(SECOND, CONCAT(YEAR(UTC_TIMESTAMP()), '-01-15 12:00:00'),
CONVERT_TZ(CONCAT(YEAR(UTC_TIMESTAMP()), '-01-15 12:00:00'), '+00:00', @@global.time_zone)), TIMESTAMPDIFF(SECOND,
UTC_TIMESTAMP(), NOW())),
COALESCE(TIMESTAMPDIFF(SECOND, CONCAT(YEAR(UTC_TIMESTAMP()), '-07-15 12:00:00'),
CONVERT_TZ(CONCAT(YEAR(UTC_TIMESTAMP()), '-07-15 12:00:00'), '+00:00', @@global.time_zone)), TIMESTAMPDIFF(SECOND,
UTC_TIMESTAMP(), NOW())),
CONVERT_TZ('2020-01-01 00:00:00', 'UTC', 'Asia/Shanghai') IS NOT NULL`

func (r *Reader) timeZone(ctx context.Context) (datasource.TimeZone, error) {
	var z datasource.TimeZone
	var winter, summer int64
	err := r.one(ctx, timeZoneQuery, &z.Name, &z.System, &winter, &summer, &z.Named)
	z.Winter, z.Summer = time.Duration(winter)*time.Second, time.Duration(summer)*time.Second
	return z, err
}
