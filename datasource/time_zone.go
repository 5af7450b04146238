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

// TimeGap is an interval of local times that the clocks of a time zone jump over, as in spring.
type TimeGap struct {
	From, To string // the first of them, and the first that exists again
}

// FactTimeGaps are the gaps of the server's time zone between 1970 and 2038, in their order.
var FactTimeGaps = NewFact[[]TimeGap]("time_gaps", "gaps of the time zone")
