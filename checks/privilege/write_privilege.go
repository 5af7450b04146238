package privilege

import (
	"context"
	"errors"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/datasource"
)

// WritePrivilege is RDB_WRITE_PRIVILEGE.
var WritePrivilege = &checks.Check{
	Type:     "RDB_WRITE_PRIVILEGE",
	Page:     checks.ReadPage(pages, "write_privilege.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Phases:   checks.AllPhases,
	Requires: []string{"RDB_CONNECT"},
	OMS: []checks.OMSItem{
		{Name: "DB_ACCOUNT_WRITER_PRIVILEGE"},
		{Name: "DB_ACCOUNT_CREATE_PRIVILEGE", Privileges: []datasource.Privilege{"CREATE"}, Sides: []checks.Side{checks.Dest}, Phases: checks.Schema},
		{Name: "DB_STRUCT_PRIVILEGE", Sides: []checks.Side{checks.Dest}, Phases: checks.Schema},
		{Name: "DB_MYSQL_CREATE_PRIVILEGE", Privileges: []datasource.Privilege{"CREATE"}, Sides: []checks.Side{checks.Source}, Phases: checks.Reverse},
	},
	Run: runWritePrivilege,
}

func runWritePrivilege(ctx context.Context, p *checks.Pass) error {
	if p.Side == checks.Source && p.Route.Phases&checks.Reverse == 0 {
		p.Inform("The task writes nothing to the source.")
		return nil
	}
	if end(p).OracleLike() {
		return oracleWrite(ctx, p)
	}
	holder, err := access.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	mapping, nothing := p.Mapping(ctx)
	if nothing != nil && !errors.Is(nothing, checks.ErrNothingMapped) {
		return nothing
	}
	needs := writeBack(p, mapping)
	if p.Side == checks.Dest {
		if needs, err = writeNeeds(ctx, p, holder.Server, mapping); err != nil {
			return err
		}
	}
	needs = slices.DeleteFunc(needs, func(n access.Need) bool { return heldOnTables(p, holder, mapping, n) })
	findings, err := holder.Lacks(needs...)
	access.Report(p, findings)
	if err == nil && len(findings) == 0 {
		return nothing
	}
	return err
}

// writeBack gives what carrying changes back to the source takes: rows are changed, and OceanBase
// Migration Service keeps its position in the database test ("Create a database user").
func writeBack(p *checks.Pass, mapping *checks.Mapping) []access.Need {
	var needs []access.Need
	rights := []datasource.Privilege{"INSERT", "UPDATE", "DELETE", "SELECT"}
	for _, schema := range schemasOn(p, mapping) {
		needs = append(needs, access.Need{On: datasource.TableName{Schema: schema}, Rights: rights, Rule: "missing_right", Level: checks.Fail})
	}
	if p.Route.Source != datasource.OceanBaseMySQL && p.Route.Dest == datasource.OceanBaseMySQL {
		needs = append(needs, access.Need{On: datasource.TableName{Schema: "test"}, Rights: slices.Concat([]datasource.Privilege{"CREATE"}, rights),
			Rule: "missing_right", Level: checks.Fail})
	}
	return needs
}

// writeNeeds gives what writing to the destination takes, by the phases of the task. A schema
// that does not exist yet is made by the right CREATE on it.
func writeNeeds(ctx context.Context, p *checks.Pass, server datasource.Server, mapping *checks.Mapping) ([]access.Need, error) {
	structure := p.Route.Phases&checks.Schema != 0
	referring, err := withForeignKeys(ctx, p, mapping, structure)
	if err != nil {
		return nil, err
	}
	viewed := map[string]bool{}
	for _, t := range slices.Concat(mapping.Tables, mapping.Missing) {
		viewed[t.Dest.Schema] = viewed[t.Dest.Schema] || t.IsView()
	}
	var needs []access.Need
	if p.Route.Dest == datasource.OceanBaseMySQL {
		needs = append(needs, access.Need{Rights: []datasource.Privilege{"SELECT"}, Rule: "documented_right", Level: checks.Warn})
	}
	for _, schema := range schemasOn(p, mapping) {
		var must, may []datasource.Privilege
		helpful := &may
		if p.Route.Dest == datasource.OceanBaseMySQL { // there OceanBase Migration Service documents these as needed
			helpful = &must
		}
		if structure {
			must = append(must, "CREATE")
			if viewed[schema] {
				must = append(must, "CREATE VIEW")
			}
			*helpful = append(*helpful, "ALTER", "INDEX")
			may = append(may, "DROP")
		}
		if p.Route.Phases&(checks.Full|checks.Incremental) != 0 {
			must = append(must, "INSERT")
		}
		if p.Route.Phases&checks.Incremental != 0 {
			must = append(must, "UPDATE", "DELETE")
		}
		// A condition reads the columns that it names, a view those that it shows.
		if p.Route.Phases&checks.Incremental != 0 || structure && viewed[schema] {
			must = append(must, "SELECT")
		} else {
			*helpful = append(*helpful, "SELECT")
		}
		on := datasource.TableName{Schema: schema}
		if len(must) > 0 {
			needs = append(needs, access.Need{On: on, Rights: must, Rule: "missing_right", Level: checks.Fail})
		}
		if referring[schema] {
			needs = append(needs, references(server, on))
		}
		if len(may) > 0 {
			needs = append(needs, access.Need{On: on, Rights: may, Rule: "missing_helpful_right", Level: checks.Warn})
		}
	}
	return needs, nil
}

// references gives what making a foreign key takes on its parent: REFERENCES on MySQL since 5.7.6, any
// right on rows will do on MariaDB and before (MySQL 5.7 Reference Manual, "Privileges Provided by
// MySQL"; MySQL 5.6's; tried on MariaDB 10.11).
func references(s datasource.Server, on datasource.TableName) access.Need {
	n := access.Need{On: on, Rights: []datasource.Privilege{"REFERENCES"}, Rule: "missing_right", Level: checks.Fail}
	if !s.IsMySQL() || s.Version.Before(5, 7, 6) {
		n.Instead = []datasource.Privilege{"SELECT", "INSERT", "UPDATE", "DELETE"}
	}
	return n
}

// schemasOn gives the schemas of the task on the item's side, each once.
func schemasOn(p *checks.Pass, mapping *checks.Mapping) []string {
	var names []string
	for _, s := range mapping.Schemas {
		name := s.Source
		if p.Side == checks.Dest {
			name = s.Dest
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// withForeignKeys gives the schemas of the destination that hold parents of foreign keys which
// the task makes: REFERENCES is needed on these.
func withForeignKeys(ctx context.Context, p *checks.Pass, mapping *checks.Mapping, structure bool) (map[string]bool, error) {
	found := map[string]bool{}
	if !structure || len(mapping.Tables) == 0 {
		return found, nil
	}
	keys, err := p.Source().ForeignKeys(ctx)
	if err != nil {
		return nil, err
	}
	for child, own := range keys.All() {
		for _, pair := range mapping.FromSource(child) {
			for _, key := range own {
				parents := mapping.FromSource(key.Parent)
				for _, parent := range parents {
					found[parent.Dest.Schema] = true
				}
				if len(parents) == 0 {
					found[pair.Dest.Schema] = true
				}
			}
		}
	}
	return found, nil
}

// heldOnTables tells whether each table of a schema has the rights of its own, which is enough
// where the task names its tables and they take no right on the schema.
func heldOnTables(p *checks.Pass, holder access.Holder, mapping *checks.Mapping, n access.Need) bool {
	found, schema := false, n.On.Schema
	if schema == "" {
		return false
	}
	for _, s := range mapping.Schemas {
		if s.Dest == schema && p.Side == checks.Dest || s.Source == schema && p.Side == checks.Source {
			if s.Whole || s.Matched {
				return false
			}
		}
	}
	for _, t := range slices.Concat(mapping.Tables, mapping.Missing) {
		name := p.Name(t)
		if name.Schema != schema {
			continue
		}
		found = true
		n.On = name
		if !holder.Meets(n) {
			return false
		}
	}
	return found
}
