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
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactGrants, datasource.FactOraclePrivileges, datasource.FactSchemas,
			datasource.FactServer, datasource.FactSpaces, datasource.FactTables},
		Source:  checks.Facts{datasource.FactColumns, datasource.FactForeignKeys, datasource.FactIndexes},
		Mapping: true,
	},
	OMS: []checks.OMSItem{
		{Name: "DB_ACCOUNT_WRITER_PRIVILEGE"},
		{Name: "DB_ACCOUNT_CREATE_PRIVILEGE", Privileges: []datasource.Privilege{"CREATE"},
			Sides:  []checks.Side{checks.Dest},
			Phases: checks.Schema},
		{Name: "DB_STRUCT_PRIVILEGE", Sides: []checks.Side{checks.Dest}, Phases: checks.Schema},
		{Name: "DB_MYSQL_CREATE_PRIVILEGE", Privileges: []datasource.Privilege{"CREATE"},
			Sides:  []checks.Side{checks.Source},
			Phases: checks.Reverse},
	},
	Run: runWritePrivilege,
}

func runWritePrivilege(ctx context.Context, p *checks.Pass) error {
	if p.Side == checks.Source && p.Route.Phases&checks.Reverse == 0 {
		p.Note("not_written")
		return nil
	}
	if endpointType(p).Dialect() == datasource.OracleDialect {
		return checkOracleWrite(ctx, p)
	}
	holder, err := access.Of(ctx, p, p.Facts())
	if err != nil {
		return err
	}
	mapping, nothing := p.Mapping(ctx)
	if nothing != nil && !errors.Is(nothing, checks.ErrNothingMapped) {
		return nothing
	}
	needs := reverseNeeds(p, mapping)
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

// reverseNeeds returns the privileges that are needed to replicate changes back to the source: rows are changed, and
// OceanBase Migration Service keeps its position in database test ("Create a database user").
func reverseNeeds(p *checks.Pass, mapping *checks.Mapping) []access.Need {
	var needs []access.Need
	onRows := []datasource.Privilege{"INSERT", "UPDATE", "DELETE", "SELECT"}
	for _, schema := range schemasOn(p, mapping) {
		needs = append(needs, access.Need{On: datasource.TableName{Schema: schema}, Rights: onRows,
			Rule: "missing_right", Level: checks.Fail})
	}
	if p.Route.Source != datasource.OceanBaseMySQL && p.Route.Dest == datasource.OceanBaseMySQL {
		needs = append(needs, access.Need{On: datasource.TableName{Schema: "test"},
			Rights: slices.Concat([]datasource.Privilege{"CREATE"}, onRows), Rule: "missing_right", Level: checks.Fail})
	}
	return needs
}

// writeNeeds returns the privileges that are needed to write to the destination, by the phases of the task. A schema
// that does not exist yet can be created with CREATE on it.
func writeNeeds(
	ctx context.Context, p *checks.Pass, server datasource.Server, mapping *checks.Mapping,
) ([]access.Need, error) {
	structure := p.Route.Phases&checks.Schema != 0
	withParents, err := schemasWithParents(ctx, p, mapping, structure)
	if err != nil {
		return nil, err
	}
	withViews := map[string]bool{}
	for _, t := range slices.Concat(mapping.Tables, mapping.Missing) {
		withViews[t.Dest.Schema] = withViews[t.Dest.Schema] || t.IsView()
	}
	var needs []access.Need
	if p.Route.Dest == datasource.OceanBaseMySQL {
		needs = append(needs, access.Need{Rights: []datasource.Privilege{"SELECT"},
			Rule: "documented_right", Level: checks.Warn})
	}
	for _, schema := range schemasOn(p, mapping) {
		var required, helpful []datasource.Privilege
		documented := &helpful
		if p.Route.Dest == datasource.OceanBaseMySQL { // OceanBase Migration Service documents these as needed there
			documented = &required
		}
		if structure {
			required = append(required, "CREATE")
			if withViews[schema] {
				required = append(required, "CREATE VIEW")
			}
			*documented = append(*documented, "ALTER", "INDEX")
			helpful = append(helpful, "DROP")
		}
		if p.Route.Phases&(checks.Full|checks.Incremental) != 0 {
			required = append(required, "INSERT")
		}
		if p.Route.Phases&checks.Incremental != 0 {
			required = append(required, "UPDATE", "DELETE")
		}
		// A condition reads the columns that it names, a view the columns that it shows.
		if p.Route.Phases&checks.Incremental != 0 || structure && withViews[schema] {
			required = append(required, "SELECT")
		} else {
			*documented = append(*documented, "SELECT")
		}
		on := datasource.TableName{Schema: schema}
		if len(required) > 0 {
			needs = append(needs, access.Need{On: on, Rights: required, Rule: "missing_right", Level: checks.Fail})
		}
		if withParents[schema] {
			needs = append(needs, references(server, on))
		}
		if len(helpful) > 0 {
			needs = append(needs, access.Need{On: on, Rights: helpful,
				Rule: "missing_helpful_right", Level: checks.Warn})
		}
	}
	return needs, nil
}

// references returns the privilege on the parent that is needed to create a foreign key: REFERENCES on MySQL 5.7.6 and
// later, any privilege on rows on MariaDB and before (MySQL 5.7 Reference Manual, "Privileges Provided by MySQL";
// MySQL 5.6 Reference Manual; verified on MariaDB 10.11).
func references(s datasource.Server, on datasource.TableName) access.Need {
	n := access.Need{On: on, Rights: []datasource.Privilege{"REFERENCES"}, Rule: "missing_right", Level: checks.Fail}
	if !s.IsMySQL() || s.Version.Before(5, 7, 6) {
		n.Instead = []datasource.Privilege{"SELECT", "INSERT", "UPDATE", "DELETE"}
	}
	return n
}

// schemasOn returns the schemas of the task on the item's side, sorted and without duplicates.
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

// schemasWithParents returns the schemas of the destination that hold parents of foreign keys which the task creates:
// they need REFERENCES.
func schemasWithParents(
	ctx context.Context, p *checks.Pass, mapping *checks.Mapping, structure bool,
) (map[string]bool, error) {
	found := map[string]bool{}
	if !structure || len(mapping.Tables) == 0 {
		return found, nil
	}
	keys, err := datasource.FactForeignKeys.Of(ctx, p.Source())
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

// heldOnTables reports whether the account has the needed privileges on each table of a schema, which is sufficient if
// the task names its tables.
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
