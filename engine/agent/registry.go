package agent

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// Contact is an agent that has called this server.
type Contact struct {
	Name  string
	Zones []string
	Last  time.Time
}

// NameOf returns the name of the agent that has a claim, by its owner; ok is false for a claim of a server.
func NameOf(owner string) (name string, ok bool) {
	rest, ok := strings.CutPrefix(owner, ownerPrefix)
	name, _, _ = strings.Cut(rest, "/")
	return name, ok
}

// registry remembers the agents that have called.
type registry struct {
	mu     sync.Mutex
	agents map[string]Contact
}

func (r *registry) contact(a Identity) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.agents == nil {
		r.agents = map[string]Contact{}
	}
	r.agents[a.Name] = Contact{a.Name, a.Zones, time.Now()}
}

// Contacts returns the agents that have called this server since its start, by name. There are at most as many as
// tokens.
func (h *Handler) Contacts() []Contact {
	h.seen.mu.Lock()
	defer h.seen.mu.Unlock()
	var all []Contact
	for _, c := range h.seen.agents {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Contact) int { return strings.Compare(a.Name, b.Name) })
	return all
}
