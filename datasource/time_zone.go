package datasource

import (
	"time"
)

// TimeZone is the time zone in which new sessions of a server read and write TIMESTAMP values.
type TimeZone struct {
	Name   string // as it is set: SYSTEM, an offset or the name of a zone
	System string // what the server's machine calls its own
	// Winter and Summer are how far it is ahead of UTC on 15 January and on 15 July of this year.
	Winter, Summer time.Duration
	Named          bool // the server knows zones by their names, as in Asia/Shanghai
}

// FactTimeZone is the server's time zone.
var FactTimeZone = NewFact[TimeZone]("time_zone", "time zone")
