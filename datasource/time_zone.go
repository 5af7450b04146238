package datasource

import (
	"time"
)

// TimeZone is the time zone in which new sessions of a server read and write TIMESTAMP values.
type TimeZone struct {
	Name   string // as it is set: SYSTEM, an offset or the name of a zone
	System string // the name of the server machine's time zone
	// Winter and Summer are the offsets from UTC on 15 January and on 15 July of this year.
	Winter, Summer time.Duration
	Named          bool // the server supports the names of zones, as in Asia/Shanghai
}

// FactTimeZone is the server's time zone.
var FactTimeZone = NewFact[TimeZone]("time_zone", "time zone")
