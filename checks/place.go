package checks

import (
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
)

// Place is a database of a task for which statements are.
type Place struct {
	Side Side
	Role Role
	Root bool // the root of the container database, instead of the pluggable database that the task names
}

// Or returns the place with the side and role that it does not have.
func (p Place) Or(side Side, role Role) Place {
	if p.Side == "" {
		p.Side = side
	}
	if p.Role == "" {
		p.Role = role
	}
	if p.Role == MasterSlave {
		p.Role = Master
	}
	return p
}

// String returns the place in one word, such as SOURCE, SOURCE_STANDBY or DEST_ROOT. It is empty without a side.
func (p Place) String() string {
	text := string(p.Side)
	if p.Role == Slave {
		text += "_STANDBY"
	}
	if p.Root {
		text += "_ROOT"
	}
	return text
}

// ParsePlace returns the place that String returns as text; ok is false if there is none.
func ParsePlace(text string) (p Place, ok bool) {
	text, p.Root = strings.CutSuffix(text, "_ROOT")
	text, standby := strings.CutSuffix(text, "_STANDBY")
	p.Side, p.Role = Side(text), Master
	if standby {
		p.Role = Slave
	}
	return p, p.Side == Source || p.Side == Dest
}

// Text names the place, as in "the source".
func (p Place) Text() message.Text {
	source, standby := p.Side == Source, p.Role == Slave
	switch {
	case source && standby && p.Root:
		return message.New("checks.place.source_standby_root")
	case source && standby:
		return message.New("checks.place.source_standby")
	case source && p.Root:
		return message.New("checks.place.source_root")
	case source:
		return message.New("checks.place.source")
	case standby && p.Root:
		return message.New("checks.place.dest_standby_root")
	case standby:
		return message.New("checks.place.dest_standby")
	case p.Root:
		return message.New("checks.place.dest_root")
	}
	return message.New("checks.place.dest")
}
