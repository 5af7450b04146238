package privilege

import (
	"context"
	"errors"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/datasource"
)

// ReadPrivilege is RDB_READ_PRIVILEGE.
var ReadPrivilege = &checks.Check{
	Type:     "RDB_READ_PRIVILEGE",
	Page:     checks.ReadPage(pages, "read_privilege.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema | checks.Full | checks.Incremental,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactColumns, datasource.FactGrants, datasource.FactOraclePrivileges,
			datasource.FactServer},
		Mapping: true,
	},
	OMS: []checks.OMSItem{
		{Name: "DB_MYSQL_SHOW_VIEW_PRIVILEGE", Privileges: []datasource.Privilege{"SHOW VIEW"}},
		{Name: "DB_ACCOUNT_FULL_READ_PRIVILEGE"},
		{Name: "DB_STRUCT_PRIVILEGE", Phases: checks.Schema},
		{Name: "DB_ORACLE_MIN_PRIVILEGE", Types: checks.OracleOnly},
		{Name: "STRUCT_SYS_VIEW_READ_PRIV", Rules: []string{"system_views"}, Phases: checks.Schema,
			Types: checks.OBMySQLOnly},
		{Name: "OB_MYSQL_SYS_VIEW_READ_PRIV", Rules: []string{"system_views"}, Phases: checks.Full,
			Types: checks.OBMySQLOnly},
		{Name: "OB_SYS_STAT_VIEW_READ_PRIV", Rules: []string{"system_views"}, Types: checks.OBMySQLOnly},
	},
	Run: runReadPrivilege,
}

func runReadPrivilege(ctx context.Context, p *checks.Pass) error {
	if endpointType(p).Dialect() == datasource.OracleDialect {
		return checkOracleRead(ctx, p)
	}
	holder, err := access.Of(ctx, p, p.Facts())
	if err != nil {
		return err
	}
	mapping, nothing := p.Mapping(ctx)
	if nothing != nil && !errors.Is(nothing, checks.ErrNothingMapped) {
		return nothing
	}
	byColumn, err := readableByColumns(ctx, p, holder, mapping)
	if err != nil {
		return err
	}
	needs := readNeeds(p, holder.Server, mapping)
	needs = slices.DeleteFunc(needs, func(n access.Need) bool { return byColumn[n.On] })
	findings, doubt := holder.Lacks(needs...)
	access.Report(p, findings)
	for table := range byColumn {
		p.Report(checks.Finding{Rule: "columns_only", Level: checks.Warn, Object: checks.TableObject(table),
			Args: checks.Args{"account": holder.Account.Quoted()}, SQL: []string{holder.Grant(table, "SELECT")}})
	}
	hidden, doubtHidden := holder.Lacks(hiddenNeeds(p, holder.Server, mapping)...)
	access.Report(p, hidden)
	err = errors.Join(doubt, doubtHidden)
	if err == nil && len(findings) == 0 {
		return nothing
	}
	return err
}

// readNeeds returns the privileges that are needed to read the task's objects: SELECT on each table that is named, on
// the whole schema if the task also includes future or hidden tables; SHOW VIEW for the definition of each view.
func readNeeds(p *checks.Pass, server datasource.Server, mapping *checks.Mapping) []access.Need {
	var needs []access.Need
	added := map[datasource.TableName]bool{} // a schema or table may be mapped to several
	add := func(on datasource.TableName, privileges ...datasource.Privilege) {
		if !added[on] && len(privileges) > 0 {
			added[on] = true
			needs = append(needs, access.Need{On: on, Rights: privileges, Rule: "missing_right", Level: checks.Fail})
		}
	}
	// Documented for OceanBase Migration Service, "Create a database user".
	switch {
	case server.IsOceanBase() && server.Version.AtLeast(4):
		system := datasource.TableName{Schema: "oceanbase"}
		added[system] = true
		needs = append(needs, access.Need{On: system, Rights: []datasource.Privilege{"SELECT"}, Rule: "system_views",
			Level: checks.Fail})
	case !server.IsOceanBase() && p.Route.Dest == datasource.OceanBaseMySQL && p.Route.Phases&checks.Incremental != 0:
		needs = append(needs, access.Need{Rights: []datasource.Privilege{"SELECT"},
			Rule: "documented_right", Level: checks.Warn})
	}
	whole := mapping.WholeSchemas()
	for _, s := range mapping.Schemas {
		if whole[s.Source] {
			add(datasource.TableName{Schema: s.Source}, "SELECT")
		}
	}
	for _, t := range slices.Concat(mapping.Tables, mapping.Missing) {
		var privileges []datasource.Privilege
		if !whole[t.Source.Schema] {
			privileges = append(privileges, "SELECT")
		}
		if t.IsView() && p.Route.Phases&checks.Schema != 0 {
			privileges = append(privileges, "SHOW VIEW")
		}
		add(t.Source, privileges...)
	}
	return needs
}

// readableByColumns returns the named tables of which the account may read each visible column without a privilege on
// the table. The definition of such a table cannot be read.
func readableByColumns(
	ctx context.Context, p *checks.Pass, holder access.Holder, mapping *checks.Mapping,
) (map[datasource.TableName]bool, error) {
	found := map[datasource.TableName]bool{}
	if p.Route.Phases&checks.Schema != 0 {
		return found, nil
	}
	whole := mapping.WholeSchemas()
	held := holder.Rights.ByTable()
	for _, t := range mapping.Tables {
		onTable := held(t.Source)
		if whole[t.Source.Schema] || !onTable.OnSomeColumns(t.Source, "SELECT") {
			continue
		}
		columns, err := datasource.FactColumns.Of(ctx, p.Facts())
		if err != nil {
			return nil, err
		}
		var names []string
		for _, c := range columns.Of(t.Source) {
			names = append(names, c.Name)
		}
		byTable, byColumns := onTable.OnTable(t.Source, "SELECT"), onTable.OnColumns(t.Source, names, "SELECT")
		if byTable != datasource.Yes && byColumns == datasource.Yes {
			found[t.Source] = true
		}
	}
	return found, nil
}

// hiddenNeeds returns the privileges without which the server hides objects from the other checks. They are not needed
// to migrate tables and views.
func hiddenNeeds(p *checks.Pass, server datasource.Server, mapping *checks.Mapping) []access.Need {
	var needs []access.Need
	if len(mapping.WildcardPatterns) > 0 {
		needs = append(needs, access.Need{Rights: []datasource.Privilege{"SHOW DATABASES"},
			Instead: []datasource.Privilege{"SELECT"}, Rule: "hidden_schemas", Level: checks.Warn})
	}
	if p.Route.Phases&checks.Schema == 0 || server.IsOceanBase() {
		return needs
	}
	whole := mapping.WholeSchemas()
	var routines []access.Need
	for _, s := range mapping.Schemas {
		if whole[s.Source] {
			whole[s.Source] = false
			needs = append(needs, access.Need{On: datasource.TableName{Schema: s.Source},
				Rights: []datasource.Privilege{"TRIGGER", "EVENT"}, Rule: "hidden_objects", Level: checks.Info})
			need := access.Routines(server, s.Source, "hidden_objects", checks.Info)
			if need.On.Schema == s.Source || len(routines) == 0 {
				routines = append(routines, need)
			}
		}
	}
	if len(needs) > 0 && len(routines) == 0 {
		routines = append(routines, access.Routines(server, "", "hidden_objects", checks.Info))
	}
	return append(needs, routines...)
}
