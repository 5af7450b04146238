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
	OMS: []checks.OMSItem{
		{Name: "DB_MYSQL_SHOW_VIEW_PRIVILEGE", Privileges: []datasource.Privilege{"SHOW VIEW"}},
		{Name: "DB_ACCOUNT_FULL_READ_PRIVILEGE"},
		{Name: "DB_STRUCT_PRIVILEGE", Phases: checks.Schema},
		{Name: "DB_ORACLE_MIN_PRIVILEGE", Types: checks.OracleOnly},
		{Name: "STRUCT_SYS_VIEW_READ_PRIV", Rules: []string{"documented_right"}, Phases: checks.Schema, Types: checks.OBMySQLOnly},
		{Name: "OB_MYSQL_SYS_VIEW_READ_PRIV", Rules: []string{"documented_right"}, Phases: checks.Full, Types: checks.OBMySQLOnly},
	},
	Run: runReadPrivilege,
}

func runReadPrivilege(ctx context.Context, p *checks.Pass) error {
	if end(p).OracleLike() {
		return oracleRead(ctx, p)
	}
	holder, err := access.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	mapping, nothing := p.Mapping(ctx)
	if nothing != nil && !errors.Is(nothing, checks.ErrNothingMapped) {
		return nothing
	}
	byColumn, err := columnReadable(ctx, p, holder, mapping)
	if err != nil {
		return err
	}
	needs := readNeeds(p, holder.Server, mapping)
	needs = slices.DeleteFunc(needs, func(n access.Need) bool { return byColumn[n.On] })
	findings, doubt := holder.Lacks(needs...)
	access.Report(p, findings)
	for table := range byColumn {
		p.Report(checks.Finding{Rule: "columns_only", Level: checks.Warn, Object: checks.TableObject(table),
			Actual: "SELECT on columns of the table", Expected: "SELECT on the table",
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

// readNeeds gives what reading the task's objects takes: SELECT on each table that is named, on
// the whole schema where tables to come, or not seen, belong to the task; SHOW VIEW for the
// definition of each view.
func readNeeds(p *checks.Pass, server datasource.Server, mapping *checks.Mapping) []access.Need {
	var needs []access.Need
	wanted := map[datasource.TableName]bool{} // a schema may become two, a table too
	want := func(on datasource.TableName, rights ...datasource.Privilege) {
		if !wanted[on] && len(rights) > 0 {
			wanted[on] = true
			needs = append(needs, access.Need{On: on, Rights: rights, Rule: "missing_right", Level: checks.Fail})
		}
	}
	// Documented for OceanBase Migration Service, "Create a database user".
	switch {
	case server.IsOceanBase() && server.Version.AtLeast(4):
		want(datasource.TableName{Schema: "oceanbase"}, "SELECT")
	case !server.IsOceanBase() && p.Route.Dest == datasource.OceanBaseMySQL && p.Route.Phases&checks.Incremental != 0:
		needs = append(needs, access.Need{Rights: []datasource.Privilege{"SELECT"}, Rule: "documented_right", Level: checks.Warn})
	}
	open := mapping.WholeSchemas()
	for _, s := range mapping.Schemas {
		if open[s.Source] {
			want(datasource.TableName{Schema: s.Source}, "SELECT")
		}
	}
	for _, t := range slices.Concat(mapping.Tables, mapping.Missing) {
		var rights []datasource.Privilege
		if !open[t.Source.Schema] {
			rights = append(rights, "SELECT")
		}
		if t.IsView() && p.Route.Phases&checks.Schema != 0 {
			rights = append(rights, "SHOW VIEW")
		}
		want(t.Source, rights...)
	}
	return needs
}

// columnReadable gives the named tables of which the account may read each column that it sees,
// without a right on the table. The definition of such a table cannot be read.
func columnReadable(ctx context.Context, p *checks.Pass, holder access.Holder, mapping *checks.Mapping) (map[datasource.TableName]bool, error) {
	found := map[datasource.TableName]bool{}
	if p.Route.Phases&checks.Schema != 0 {
		return found, nil
	}
	open := mapping.WholeSchemas()
	held := holder.Rights.ByTable()
	for _, t := range mapping.Tables {
		rights := held(t.Source)
		if open[t.Source.Schema] || !rights.OnSomeColumns(t.Source, "SELECT") {
			continue
		}
		columns, err := p.Facts().Columns(ctx)
		if err != nil {
			return nil, err
		}
		var names []string
		for _, c := range columns.Of(t.Source) {
			names = append(names, c.Name)
		}
		if rights.OnTable(t.Source, "SELECT") != datasource.Yes && rights.OnColumns(t.Source, names, "SELECT") == datasource.Yes {
			found[t.Source] = true
		}
	}
	return found, nil
}

// hiddenNeeds gives the rights without which the server hides objects, so that the other checks
// do not see them. Migrating tables and views takes none of them.
func hiddenNeeds(p *checks.Pass, server datasource.Server, mapping *checks.Mapping) []access.Need {
	var needs []access.Need
	if len(mapping.WildcardPatterns) > 0 {
		needs = append(needs, access.Need{Rights: []datasource.Privilege{"SHOW DATABASES"},
			Instead: []datasource.Privilege{"SELECT"}, Rule: "hidden_schemas", Level: checks.Warn})
	}
	if p.Route.Phases&checks.Schema == 0 || server.IsOceanBase() {
		return needs
	}
	open := mapping.WholeSchemas()
	var routines []access.Need
	for _, s := range mapping.Schemas {
		if open[s.Source] {
			open[s.Source] = false
			needs = append(needs, access.Need{On: datasource.TableName{Schema: s.Source},
				Rights: []datasource.Privilege{"TRIGGER", "EVENT"}, Rule: "hidden_objects", Level: checks.Info})
			if need := access.Routines(server, s.Source, "hidden_objects", checks.Info); need.On.Schema == s.Source || len(routines) == 0 {
				routines = append(routines, need)
			}
		}
	}
	if len(needs) > 0 && len(routines) == 0 {
		routines = append(routines, access.Routines(server, "", "hidden_objects", checks.Info))
	}
	return append(needs, routines...)
}
