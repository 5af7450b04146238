package grantscript

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/drivers"
)

// needsOf returns the privileges that an account needs to read a fact.
func needsOf(fact datasource.AnyFact, e *end) []string {
	cost, readable := drivers.Cost(fact, e.kind)
	if !readable {
		return nil
	}
	return cost.Privileges(e.kind, e.server.Version)
}

// optional reports whether no check needs to read a fact, and the privileges for it allow much more than that:
// RDB_SERVER_ID lists replicas in a note, RDB_DISK_SPACE can be told the free space, and only views over system tables
// need their columns.
func optional(fact datasource.AnyFact) bool {
	switch fact {
	case datasource.FactReplicas, datasource.FactFreeSpace, datasource.FactSystemColumns:
		return true
	}
	return false
}

// ofWholeSchemas reports whether checks use a fact of the source only for schemas that the task selects as a whole.
func ofWholeSchemas(fact datasource.AnyFact) bool {
	return fact == datasource.FactRoutines || fact == datasource.FactEvents
}

// Alternatives in the texts of datasource.Needs that any grant on the objects satisfies.
const (
	anyPrivilege  = "any privilege"
	beyondSelect  = "a privilege beyond SELECT"
	catalogRole   = "SELECT_CATALOG_ROLE"
	systemObjects = "SELECT on mysql.*, performance_schema.* and sys.*"
)

// alternative is one of the privileges that satisfy a need, and on what.
type alternative struct{ privilege, on string }

// alternatives reads the text of a need, such as "SHOW_ROUTINE or EXECUTE on the routines".
func alternatives(text string) []alternative {
	var all []alternative
	for part := range strings.SplitSeq(strings.Replace(text, catalogRole+", ", catalogRole+" or ", 1), " or ") {
		privilege, on, _ := strings.Cut(part, " on ")
		all = append(all, alternative{privilege, on})
	}
	return all
}

// choose returns the alternative with the least privileges.
func choose(all []alternative) alternative {
	for _, least := range []func(alternative) bool{
		func(a alternative) bool { return strings.HasPrefix(a.on, "SYS.") },
		func(a alternative) bool { return a.privilege == anyPrivilege || a.privilege == beyondSelect },
		func(a alternative) bool { return a.on != "*.*" && a.privilege != catalogRole },
	} {
		if i := slices.IndexFunc(all, least); i >= 0 {
			return all[i]
		}
	}
	return all[0]
}

// need adds a privilege to read a fact. It returns a function that adds it if the other privileges do not include it,
// to be called when these are known.
func (s *script) need(fact datasource.AnyFact, text string, r reason) (later func()) {
	set := s.set
	if optional(fact) {
		set = s.optional()
	}
	if strings.HasPrefix(text, systemObjects) {
		for _, schema := range []string{"mysql", "performance_schema", "sys"} {
			set.add(set.schema(schema), "SELECT", r)
		}
		return nil
	}
	all := alternatives(text)
	chosen := choose(all)
	switch {
	case chosen.privilege == anyPrivilege:
		return func() { s.covered("SELECT", r, func(string) bool { return true }) }
	case chosen.privilege == beyondSelect:
		return func() {
			if !s.coveredBy(func(p string) bool { return p != "SELECT" }) {
				set.add(scope{text: everything}, all[0].privilege, r)
			}
		}
	case chosen.on == "":
		set.add(scope{text: everything}, chosen.privilege, r)
	case !strings.HasPrefix(chosen.on, "the "):
		set.add(s.object(chosen.on), chosen.privilege, r)
	default:
		if s.end.side == checks.Source && ofWholeSchemas(fact) && len(s.units.schemas) == 0 {
			return nil
		}
		s.onObjects(set, chosen, r)
	}
	return nil
}

// onObjects adds a privilege on the objects of the task of a kind.
func (s *script) onObjects(set *set, a alternative, r reason) {
	schemas, tables := s.units.schemas, s.units.tables
	isView := func(t datasource.TableName) bool { return slices.Contains(s.units.views, t) }
	switch a.on {
	case "the views":
		tables = s.units.views
	case "the tables", "the tables with a FULLTEXT index":
		tables = slices.DeleteFunc(slices.Clone(tables), isView)
	case "the routines", "the schemas":
		if tables = nil; s.end.side == checks.Dest {
			schemas = s.units.all
		}
	}
	if s.end.kind.Dialect() == datasource.OracleDialect {
		return // the privilege checks report what an account needs to read rows
	}
	for _, schema := range schemas {
		set.add(set.schema(schema), a.privilege, r)
	}
	for _, t := range tables {
		set.add(set.table(t), a.privilege, r)
	}
}

// object returns the scope of an object of the server itself, such as mysql.user.
func (s *script) object(name string) scope {
	if s.end.kind.Dialect() == datasource.OracleDialect {
		return scope{text: name}
	}
	schema, table, _ := strings.Cut(name, ".")
	if table == "*" {
		return s.set.schema(schema)
	}
	return s.set.table(datasource.TableName{Schema: schema, Name: table})
}

// covered adds a privilege on each object of the task that no privilege covers that suffices.
func (s *script) covered(privilege string, r reason, suffices func(string) bool) {
	if s.end.kind.Dialect() == datasource.OracleDialect {
		return
	}
	for _, schema := range s.units.schemas {
		if !s.set.has(s.set.schema(schema), suffices) {
			s.set.add(s.set.schema(schema), privilege, r)
		}
	}
	for _, t := range s.units.tables {
		if !s.set.has(s.set.table(t), suffices) {
			s.set.add(s.set.table(t), privilege, r)
		}
	}
}

// coveredBy reports whether a privilege that suffices covers each object of the task.
func (s *script) coveredBy(suffices func(string) bool) bool {
	lacks := func(on scope) bool { return !s.set.has(on, suffices) }
	return !slices.ContainsFunc(s.units.schemas, func(name string) bool { return lacks(s.set.schema(name)) }) &&
		!slices.ContainsFunc(s.units.tables, func(t datasource.TableName) bool { return lacks(s.set.table(t)) })
}
