package engine

import (
	"fmt"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Item is a check on one database of a task.
type Item struct {
	Check *checks.Check
	Side  checks.Side
	Role  checks.Role
}

// Name is the item's name in the documented form, as in
// "Source-Primary database-Database connectivity check".
func (i Item) Name() string {
	role := map[checks.Role]string{checks.Master: "Primary database", checks.Slave: "Standby database",
		checks.MasterSlave: "Primary and standby databases"}[i.Role]
	return fmt.Sprintf("%s-%s-%s", sideWord(i.Side), role, i.Check.Page.Title)
}

func sideWord(s checks.Side) string {
	if s == checks.Dest {
		return "Destination"
	}
	return "Source"
}

// LeftOut is a check that does not belong to a task.
type LeftOut struct {
	Check  *checks.Check
	Reason string
}

// Plan is what a run of a task will do.
type Plan struct {
	Items   []Item    // in the order of the catalogue, but each after what it requires
	LeftOut []LeftOut // in the order of the catalogue
}

// Plan lists the items of a task without connecting to anything.
func (e *Engine) Plan(t Task) Plan {
	var p Plan
	route := t.Route()
	for _, c := range e.order {
		applies, reason := c.Applies(route)
		if applies && e.chosen != nil && !slices.Contains(e.chosen, c.Type) {
			applies, reason = false, message.New("engine.plan.not_chosen")
		}
		if !applies {
			p.LeftOut = append(p.LeftOut, LeftOut{c, reason.String()})
			continue
		}
		for _, side := range c.SidesFor(route) {
			p.Items = append(p.Items, Item{c, side, checks.Master})
			if c.Standby && t.end(side).Standby != nil {
				p.Items = append(p.Items, Item{c, side, checks.Slave})
			}
		}
	}
	return p
}

// requirements gives the indexes of the items that item i waits for: the required checks on the
// same database, and on both ends for an item that compares them.
func (p Plan) requirements(i int) []int {
	item := p.Items[i]
	var found []int
	for j, other := range p.Items {
		if !slices.Contains(item.Check.Requires, other.Check.Type) {
			continue
		}
		same := other.Side == item.Side && other.Role == item.Role
		primary := other.Role == checks.Master && (other.Side == item.Side || item.Check.Compares)
		if same || primary && (item.Check.Compares || item.Role == checks.Master) {
			found = append(found, j)
		}
	}
	return found
}

// inOrder gives the catalogue so that each check comes after those that it requires, and else as it was.
func inOrder(catalogue []*checks.Check) []*checks.Check {
	byType := map[string]*checks.Check{}
	for _, c := range catalogue {
		byType[c.Type] = c
	}
	var order []*checks.Check
	placed := map[string]bool{}
	var place func(*checks.Check)
	place = func(c *checks.Check) {
		if placed[c.Type] {
			return
		}
		placed[c.Type] = true
		for _, r := range c.Requires {
			place(byType[r])
		}
		order = append(order, c)
	}
	for _, c := range catalogue {
		place(c)
	}
	return order
}
