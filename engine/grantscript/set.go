package grantscript

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// everything is all objects of a MySQL server.
const everything = "*.*"

// scope is what a statement grants privileges on.
type scope struct {
	// text is what GRANT says after ON; it is empty for system privileges of Oracle.
	text string
	// schema is the schema of a scope in MySQL that is not everything, and table a table in it.
	schema, table string
}

// kind is what needs a privilege.
type kind int

// The kinds, the most important first.
const (
	migrates   kind = iota // the migration
	helps                  // the migration, in some cases
	documented             // OceanBase Migration Service, as it documents
	reads                  // the checks
	listed                 // no check of the task, but ORACLE_DICTIONARY_PRIVILEGE reports it
)

// reason is why a privilege is granted.
type reason struct {
	kind   kind
	phases checks.Phases
	types  []string // of checks
}

// with returns both reasons together, and only the more important if they are of two kinds.
func (r reason) with(other reason) reason {
	switch {
	case r.phases == 0 || other.kind < r.kind:
		return other
	case r.kind < other.kind:
		return r
	}
	r.phases |= other.phases
	r.types = append(slices.Clone(r.types), other.types...)
	slices.Sort(r.types)
	r.types = slices.Compact(r.types)
	return r
}

// reasonOf returns the reason of a finding in a task of these phases.
func reasonOf(f finding, phases checks.Phases) reason {
	r := reason{kind: migrates, phases: f.check.Phases & phases, types: []string{f.check.Type}}
	switch {
	case f.Rule == "documented_right":
		r.kind = documented
	case f.check.Type == "ORACLE_DICTIONARY_PRIVILEGE":
		r.kind = listed
	case f.Rule == "hidden_schemas", f.Rule == "hidden_objects":
		r.kind = reads
	case f.Level < checks.Fail:
		r.kind = helps
	}
	return r
}

// set is what is granted to an account.
type set struct {
	end     *end
	granted map[scope]map[string]reason // by privilege
}

func newSet(e *end) *set { return &set{e, map[scope]map[string]reason{}} }

func (s *set) schema(name string) scope {
	return scope{text: checks.SchemaPattern(s.end.server, s.end.wildcards, name), schema: name}
}

func (s *set) table(t datasource.TableName) scope {
	return scope{text: checks.QuoteTable(datasource.MySQL, t), schema: t.Schema, table: t.Name}
}

func (s *set) add(on scope, privilege string, r reason) {
	if s.granted[on] == nil {
		s.granted[on] = map[string]reason{}
	}
	s.granted[on][privilege] = s.granted[on][privilege].with(r)
}

// wider returns the scopes that include a scope of MySQL.
func (s *set) wider(on scope) []scope {
	var all []scope
	if on.table != "" {
		all = append(all, s.schema(on.schema))
	}
	if on.schema != "" {
		all = append(all, scope{text: everything})
	}
	return all
}

// has reports whether a privilege that suffices covers a scope.
func (s *set) has(on scope, suffices func(string) bool) bool {
	for _, scope := range append(s.wider(on), on) {
		for privilege := range s.granted[scope] {
			// A privilege on everything may be one of administration.
			if (scope.text != everything || privilege == "SELECT") && suffices(privilege) {
				return true
			}
		}
	}
	return false
}

// reduce removes what a wider scope includes.
func (s *set) reduce() {
	for on, privileges := range s.granted {
		for _, wider := range s.wider(on) {
			for privilege, r := range privileges {
				name, _, _ := strings.Cut(privilege, " (") // without columns
				if _, held := s.granted[wider][name]; held {
					s.add(wider, name, r)
					delete(privileges, privilege)
				}
			}
		}
		if len(privileges) == 0 {
			delete(s.granted, on)
		}
	}
}

// scopes returns what is granted on, in order: everything, schemas and tables, and the objects of the server.
func (s *set) scopes() []scope {
	var all []scope
	for on := range s.granted {
		all = append(all, on)
	}
	rank := func(on scope) int {
		switch {
		case on.text == "" || on.text == everything:
			return 0
		case slices.Contains([]string{"mysql", "performance_schema", "sys", "oceanbase"}, on.schema),
			strings.HasPrefix(on.text, "SYS."):
			return 2
		}
		return 1
	}
	slices.SortFunc(all, func(a, b scope) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a.schema, b.schema),
			strings.Compare(a.table, b.table), strings.Compare(a.text, b.text))
	})
	return all
}

// first are the privileges that a statement names first, in this order.
var first = []string{"CREATE SESSION", "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "INDEX", "DROP",
	"REFERENCES", "CREATE VIEW", "SHOW VIEW", "TRIGGER", "EVENT"}

// privileges returns the privileges on a scope, in order.
func (s *set) privileges(on scope) []string {
	var all []string
	for p := range s.granted[on] {
		all = append(all, p)
	}
	rank := func(p string) int {
		if i := slices.Index(first, p); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b)) })
	return all
}
