package runstore

import (
	"slices"
	"strings"
)

// Zones are the network zones of the databases of a run: their names, each once and sorted, with commas between them.
// The empty name is the zone of the servers.
type Zones string

// ZonesOf returns the zones with these names, which have no commas.
func ZonesOf(names ...string) Zones {
	return Zones(strings.Join(slices.Compact(slices.Sorted(slices.Values(names))), ","))
}

// CaptureIn is the zones of a run of which a side is captured in a zone.
func CaptureIn(zone string) Zones { return Zones("capture " + zone) }

// CapturedIn returns the zone in which a side is captured; ok is false for a run of which none is at present.
func (z Zones) CapturedIn() (zone string, ok bool) {
	return strings.CutPrefix(string(z), string(CaptureIn("")))
}

// FromCaptures is the zones of a run whose captured sides a server checks.
const FromCaptures Zones = "captured "

// Names returns the names of the zones. There is at least one.
func (z Zones) Names() []string { return strings.Split(string(z), ",") }
