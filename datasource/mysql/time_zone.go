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

// digits are the numbers from 0 to 9.
const digits = `(SELECT 0 AS i UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) AS `

// timeGapsQuery finds the days, in UTC, whose local day is longer on the clock, and the quarter of an hour in which the
// clocks change. The LIMIT keeps the server from merging the two into a product of all days and all quarters.
const timeGapsQuery = `SELECT CONVERT_TZ(t, '+00:00', @@global.time_zone) + INTERVAL 15 MINUTE,
CONVERT_TZ(t + INTERVAL 15 MINUTE, '+00:00', @@global.time_zone)
FROM (SELECT d + INTERVAL 15 * (tens.i * 10 + ones.i) MINUTE AS t FROM (SELECT d FROM (
SELECT CAST('1970-01-02' AS DATETIME) + INTERVAL e.i * 10000 + f.i * 1000 + g.i * 100 + h.i * 10 + k.i DAY AS d
FROM ` + digits + `e, ` + digits + `f, ` + digits + `g, ` + digits + `h, ` + digits + `k WHERE e.i < 3) AS every
WHERE d < '2038-01-18' AND TIMESTAMPDIFF(SECOND, CONVERT_TZ(d, '+00:00', @@global.time_zone),
CONVERT_TZ(d + INTERVAL 1 DAY, '+00:00', @@global.time_zone)) > 86400 LIMIT 10000) AS days,
` + digits + `tens, ` + digits + `ones WHERE tens.i * 10 + ones.i < 96) AS quarters
WHERE TIMESTAMPDIFF(SECOND, CONVERT_TZ(t, '+00:00', @@global.time_zone),
CONVERT_TZ(t + INTERVAL 15 MINUTE, '+00:00', @@global.time_zone)) > 900 ORDER BY t`

func (r *Reader) timeGaps(ctx context.Context) ([]datasource.TimeGap, error) {
	var gaps []datasource.TimeGap
	err := r.query(ctx, timeGapsQuery, nil, func(scan row) error {
		var gap datasource.TimeGap
		err := scan(&gap.From, &gap.To)
		gaps = append(gaps, gap)
		return err
	})
	return gaps, err
}
