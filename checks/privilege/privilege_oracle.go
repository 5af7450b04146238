package privilege

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/datasource"
)

// oracleAccount is the account of an Oracle database, or of an OceanBase tenant in Oracle mode, on the side of an item,
// with the findings about its missing privileges.
type oracleAccount struct {
	datasource.OraclePrivileges
	pass     *checks.Pass
	server   datasource.Server
	findings []checks.Finding
}

func oracleAccountOf(ctx context.Context, p *checks.Pass) (*oracleAccount, error) {
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return nil, err
	}
	privileges, err := datasource.FactOraclePrivileges.Of(ctx, p.Facts())
	return &oracleAccount{OraclePrivileges: privileges, pass: p, server: server}, err
}

// endpointType returns the type of the database on the item's side.
func endpointType(p *checks.Pass) datasource.Type {
	if p.Side == checks.Dest {
		return p.Route.Dest
	}
	return p.Route.Source
}

// addMissing adds a finding about needed privileges, of which some are missing.
func (o *oracleAccount) addMissing(f checks.Finding, on string, needed, missing []string, sql string) {
	held := slices.DeleteFunc(slices.Clone(needed), func(p string) bool { return slices.Contains(missing, p) })
	f.Actual, f.Expected, f.SQL = strings.Join(held, ", "), strings.Join(needed, ", "), []string{sql}
	if len(held) == 0 {
		f.Actual = access.None(o.pass.Lang)
	}
	f.Args = checks.Args{"account": o.Account, "privileges": strings.Join(missing, ", "), "on": on}
	o.findings = append(o.findings, f)
}

func (o *oracleAccount) addMissingOnTable(f checks.Finding, t datasource.TableName, needed, missing []string) {
	f.Object = checks.TableObject(t)
	grant := "GRANT " + strings.Join(missing, ", ") + " ON " + checks.QuoteTable(datasource.Oracle, t)
	o.addMissing(f, t.String(), needed, missing, grant+" TO "+o.grantee())
}

// addMissingOnSchema adds a finding about privileges on a schema. In 23ai and later they can be granted on the schema
// alone.
func (o *oracleAccount) addMissingOnSchema(f checks.Finding, schema string, needed, missing []string) {
	f.Object = checks.SchemaObject(schema)
	grant := "GRANT " + strings.Join(missing, ", ")
	if schema != o.Account && !o.server.IsOceanBase() && o.server.Version.AtLeast(23) {
		grant += " ON SCHEMA " + checks.Quote(datasource.Oracle, schema)
	}
	o.addMissing(f, o.pass.Term("schema", "name", schema), needed, missing, grant+" TO "+o.grantee())
}

func (o *oracleAccount) grantee() string { return checks.Quote(datasource.Oracle, o.Account) }

// report reports the missing privileges. It fails if a role whose contents are invisible may include them.
func (o *oracleAccount) report() error {
	if len(o.findings) > 0 && len(o.UnreadableRoles) > 0 {
		args := o.findings[0].Args
		return o.pass.NotChecked("unreadable_role", "account", o.Account, "roles",
			strings.Join(o.UnreadableRoles, ", "),
			"privileges", args["privileges"], "on", args["on"])
	}
	for _, f := range o.findings {
		o.pass.Report(f)
	}
	return nil
}

// checkOracleRead reports the mapped tables and views that the account of an Oracle-like database may not read.
func checkOracleRead(ctx context.Context, p *checks.Pass) error {
	o, err := oracleAccountOf(ctx, p)
	if err != nil {
		return err
	}
	mapping, nothing := p.Mapping(ctx)
	if nothing != nil && !errors.Is(nothing, checks.ErrNothingMapped) {
		return nothing
	}
	selects := []string{"SELECT"}
	seen := map[datasource.TableName]bool{}
	for _, t := range mapping.Tables {
		if !seen[t.Source] && !o.MayRead(t.Source) {
			o.addMissingOnTable(checks.Finding{Rule: "missing_right", Level: checks.Fail}, t.Source, selects, selects)
		}
		seen[t.Source] = true
	}
	o.checkFlashback(mapping)
	whole := mapping.WholeSchemas()
	for _, schema := range schemasOn(p, mapping) {
		readable := o.SeesAll || schema == o.Account || o.HasOver(schema, "SELECT ANY TABLE", "READ ANY TABLE")
		if whole[schema] && !readable {
			anyTable := []string{"SELECT ANY TABLE"}
			o.addMissingOnSchema(checks.Finding{Rule: "hidden_tables", Level: checks.Warn}, schema, anyTable, anyTable)
		}
	}
	if err := o.report(); err != nil || len(o.findings) > 0 {
		return err
	}
	return nothing
}

// checkFlashback finds the tables that the account cannot read as of the SCN at which the reading of the redo starts.
// OceanBase Migration Service does not document that it needs this.
func (o *oracleAccount) checkFlashback(mapping *checks.Mapping) {
	route := o.pass.Route
	if o.server.IsOceanBase() || slices.Contains(checks.OceanBase, route.Dest) ||
		route.Phases&checks.Full == 0 || route.Phases&checks.Incremental == 0 {
		return
	}
	flashback := []string{"FLASHBACK"}
	seen := map[datasource.TableName]bool{}
	for _, t := range mapping.Tables {
		if !seen[t.Source] && t.Table.HoldsRows() && !o.May("FLASHBACK", t.Source) {
			o.addMissingOnTable(checks.Finding{Rule: "no_flashback", Level: checks.Warn}, t.Source, flashback,
				flashback)
		}
		seen[t.Source] = true
	}
}

// checkOracleWrite reports the missing privileges of the account of an Oracle-like database to create and change what
// the task writes there (Oracle Database SQL Language Reference, "CREATE TABLE", "CREATE VIEW", "CREATE INDEX",
// "INSERT", "UPDATE", "DELETE").
func checkOracleWrite(ctx context.Context, p *checks.Pass) error {
	o, err := oracleAccountOf(ctx, p)
	if err != nil {
		return err
	}
	mapping, nothing := p.Mapping(ctx)
	if nothing != nil && !errors.Is(nothing, checks.ErrNothingMapped) {
		return nothing
	}
	phases := checks.Reverse
	if p.Side == checks.Dest {
		phases = p.Route.Phases &^ checks.Reverse
	}
	if phases&checks.Schema != 0 {
		if err := o.checkCreate(ctx, mapping); err != nil {
			return err
		}
	}
	if err := o.checkRows(ctx, mapping, phases); err != nil {
		return err
	}
	if err := o.report(); err != nil {
		return err
	}
	if p.Side == checks.Dest && !o.server.IsOceanBase() {
		if err := o.checkQuotas(ctx, mapping); err != nil {
			return err
		}
	}
	if len(p.Findings()) > 0 {
		return nil
	}
	return nothing
}

// ownSchemaPrivileges holds the privileges that are sufficient in the account's own schema in place of an ANY
// privilege. The owner of a schema has the other ANY privileges there without a grant.
var ownSchemaPrivileges = map[string]string{
	"CREATE ANY TABLE":    "CREATE TABLE",
	"CREATE ANY VIEW":     "CREATE VIEW",
	"CREATE ANY SEQUENCE": "CREATE SEQUENCE",
}

// onSchema returns which of some ANY privileges are needed in a schema, and which of these are missing.
func (o *oracleAccount) onSchema(schema string, privileges []string) (needed, missing []string) {
	for _, name := range privileges {
		need := name
		if schema == o.Account {
			if need = ownSchemaPrivileges[name]; need == "" {
				continue
			}
		}
		needed = append(needed, need)
		if !o.HasOver(schema, need, name) {
			missing = append(missing, need)
		}
	}
	return needed, missing
}

// checkCreate finds the missing privileges to create tables, views and indexes in each schema.
func (o *oracleAccount) checkCreate(ctx context.Context, mapping *checks.Mapping) error {
	indexes, err := datasource.FactIndexes.Of(ctx, o.pass.Source())
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, o.pass.Source())
	if err != nil {
		return err
	}
	secondary := func(i datasource.Index) bool { return !i.Primary }
	identity := func(c datasource.Column) bool { return c.Oracle != nil && c.Oracle.Identity }
	withViews, withIndexes, withIdentities := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, t := range slices.Concat(mapping.Tables, mapping.Missing) {
		schema := t.Dest.Schema
		withViews[schema] = withViews[schema] || t.IsView()
		withIndexes[schema] = withIndexes[schema] || slices.ContainsFunc(indexes.Of(t.Source), secondary)
		withIdentities[schema] = withIdentities[schema] || slices.ContainsFunc(columns.Of(t.Source), identity)
	}
	for _, schema := range schemasOn(o.pass, mapping) {
		required, helpful := []string{"CREATE ANY TABLE"}, []string{"ALTER ANY TABLE", "DROP ANY TABLE"}
		if withViews[schema] {
			required = append(required, "CREATE ANY VIEW")
		}
		if withIndexes[schema] {
			required = append(required, "CREATE ANY INDEX")
		} else {
			helpful = append(helpful, "CREATE ANY INDEX")
		}
		switch {
		case !withIdentities[schema] || o.server.IsOceanBase():
		case schema == o.Account:
			required = append(required, "CREATE ANY SEQUENCE")
		default:
			helpful = append(helpful, "CREATE ANY SEQUENCE")
		}
		if needed, missing := o.onSchema(schema, required); missing != nil {
			o.addMissingOnSchema(checks.Finding{Rule: "missing_right", Level: checks.Fail}, schema, needed, missing)
		}
		if needed, missing := o.onSchema(schema, helpful); missing != nil {
			o.addMissingOnSchema(checks.Finding{Rule: "missing_helpful_right", Level: checks.Warn}, schema, needed,
				missing)
		}
	}
	return nil
}

// checkRows finds the missing privileges to write rows: on each table that exists, and on the schema for tables that
// do not exist yet.
func (o *oracleAccount) checkRows(ctx context.Context, mapping *checks.Mapping, phases checks.Phases) error {
	var required []string
	switch {
	case phases&(checks.Incremental|checks.Reverse) != 0:
		required = []string{"INSERT", "UPDATE", "DELETE"}
	case phases&checks.Full != 0:
		required = []string{"INSERT"}
	default:
		return nil
	}
	existing, err := datasource.FactTables.Of(ctx, o.pass.Facts())
	if err != nil {
		return err
	}
	for _, need := range []struct {
		checks.Finding
		privileges []string
	}{
		{checks.Finding{Rule: "missing_right", Level: checks.Fail}, required},
		{checks.Finding{Rule: "missing_helpful_right", Level: checks.Warn}, []string{"SELECT"}},
	} {
		seen := map[datasource.TableName]bool{}
		onNewTables := map[string][]string{}
		for _, t := range slices.Concat(mapping.Tables, mapping.Missing) {
			name := o.pass.Name(t)
			if seen[name] || !t.Table.HoldsRows() {
				continue
			}
			seen[name] = true
			missing := slices.DeleteFunc(slices.Clone(need.privileges), func(p string) bool { return o.May(p, name) })
			switch {
			case len(missing) == 0:
			case existing.Find(name) != nil:
				o.addMissingOnTable(need.Finding, name, need.privileges, missing)
			case o.pass.Side == checks.Dest:
				onNewTables[name.Schema] = onAnyTable(need.privileges)
			}
		}
		for _, schema := range schemasOn(o.pass, mapping) {
			if needed, missing := o.onSchema(schema, onNewTables[schema]); missing != nil {
				o.addMissingOnSchema(need.Finding, schema, needed, missing)
			}
		}
	}
	return nil
}

// onAnyTable returns the privileges that hold for every table, such as INSERT ANY TABLE.
func onAnyTable(privileges []string) []string {
	names := make([]string, len(privileges))
	for i, p := range privileges {
		names[i] = p + " ANY TABLE"
	}
	return names
}

// checkQuotas reports the schemas of an Oracle destination that cannot store data.
func (o *oracleAccount) checkQuotas(ctx context.Context, mapping *checks.Mapping) error {
	p := o.pass
	exist, err := datasource.FactSchemas.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	spaces, err := datasource.FactSpaces.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	for _, schema := range schemasOn(p, mapping) {
		unlimited := schema == o.Account && o.Has("UNLIMITED TABLESPACE")
		if unlimited || !slices.ContainsFunc(exist, func(s datasource.Schema) bool { return s.Name == schema }) {
			continue
		}
		space, known := spaces[schema]
		f := checks.Finding{Level: checks.Warn, Object: checks.SchemaObject(schema),
			Args: checks.Args{"tablespace": space.Default}}
		if space.Default != "" {
			f.SQL = []string{"ALTER USER " + checks.Quote(datasource.Oracle, schema) +
				" QUOTA UNLIMITED ON " + checks.Quote(datasource.Oracle, space.Default)}
		}
		switch {
		case !known:
			p.Note("quota_unknown", "schema", schema)
		case !space.Room(""):
			f.Rule = "no_quota"
			if p.Route.Phases&checks.Schema != 0 {
				f.Level = checks.Fail
			}
			p.Report(f)
		case space.Default != "" && !space.Room(space.Default):
			f.Rule = "no_default_quota"
			p.Report(f)
		}
	}
	return nil
}
