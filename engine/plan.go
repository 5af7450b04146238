package engine

import (
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

// Name returns the item's name in English; see NameIn.
func (i Item) Name() string { return i.NameIn(message.English) }

// NameIn returns the item's name in a language in the documented form, such as
// "Source-Primary database-Database connectivity check".
func (i Item) NameIn(lang string) string {
	side := message.New("engine.item.source")
	if i.Side == checks.Dest {
		side = message.New("engine.item.destination")
	}
	role := message.New("engine.item.primary")
	switch i.Role {
	case checks.Slave:
		role = message.New("engine.item.standby")
	case checks.MasterSlave:
		role = message.New("engine.item.primary_and_standby")
	}
	return message.New("engine.item.name", "side", side, "role", role, "title", i.Check.PageIn(lang).Title).In(lang)
}

// endpointText returns the name of an endpoint within a sentence.
func endpointText(s checks.Side) message.Text {
	if s == checks.Dest {
		return message.New("engine.endpoint.destination")
	}
	return message.New("engine.endpoint.source")
}

// Excluded is a check that does not apply to a task, with the reason.
type Excluded struct {
	Check  *checks.Check
	Reason string
}

// Plan lists the items of a run and the checks that do not apply.
type Plan struct {
	Items    []Item     // in the order of the catalogue, but each after what it requires
	Excluded []Excluded // in the order of the catalogue
}

// Plan lists the items of a task without connecting to anything.
func (e *Engine) Plan(t Task) Plan {
	e = e.of(t)
	var p Plan
	route := t.Route()
	for _, c := range e.order {
		applies, reason := c.Applies(route)
		if applies && e.chosen != nil && !slices.Contains(e.chosen, c.Type) {
			applies, reason = false, message.New("engine.plan.not_selected")
		}
		if !applies {
			p.Excluded = append(p.Excluded, Excluded{c, reason.In(t.Lang)})
			continue
		}
		for _, side := range c.SidesFor(route) {
			p.Items = append(p.Items, Item{c, side, checks.Master})
			if c.Standby && t.endpoint(side).Standby != nil {
				p.Items = append(p.Items, Item{c, side, checks.Slave})
			}
		}
	}
	return p
}

// Index returns the index of an item of the plan, found by the check's type, side and role, or -1.
func (p Plan) Index(item Item) int {
	return slices.IndexFunc(p.Items, func(i Item) bool {
		return i.Check.Type == item.Check.Type && i.Side == item.Side && i.Role == item.Role
	})
}

// notApplicable returns why no check that a known name selects applies to a route, each reason once, or that one does.
func (e *Engine) notApplicable(name string, route checks.Route) (reasons []message.Text, applies bool) {
	found, _ := selected(e.order, name)
	for _, c := range found {
		applies, reason := c.Applies(route)
		if applies {
			return nil, true
		}
		if !slices.ContainsFunc(reasons, func(known message.Text) bool { return known.String() == reason.String() }) {
			reasons = append(reasons, reason)
		}
	}
	return reasons, false
}

// requirements returns the indexes of the items that item i waits for: the required checks, and those that may block
// it, on the databases that it reads.
func (p Plan) requirements(i int) []int {
	item := p.Items[i]
	var found []int
	for j, other := range p.Items {
		if !slices.Contains(item.Check.Requires, other.Check.Type) && !mayBlock(other.Check, item.Check) {
			continue
		}
		own := other.Side == item.Side && other.Role == item.Role
		if own || other.Role == checks.Master && item.Check.Reads.Primary(other.Side) {
			found = append(found, j)
		}
	}
	return found
}

// mayBlock reports whether a failure of a check may block a check that does not require it.
func mayBlock(c, other *checks.Check) bool {
	return c.Blocks && c != other && !slices.Contains(c.Requires, other.Type)
}

// followed returns the indexes of the items whose failures item i reads.
func (p Plan) followed(i int) []int {
	var found []int
	for j, other := range p.Items {
		if slices.Contains(p.Items[i].Check.Follows, other.Check.Type) {
			found = append(found, j)
		}
	}
	return found
}

// inOrder returns the catalogue with each check after those that it requires, otherwise in its order.
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
