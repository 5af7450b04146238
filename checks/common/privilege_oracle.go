package common

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// oracleRights are the rights of the account of an Oracle database, or of a tenant of OceanBase in
// Oracle mode, on the side of an item, and what is found to lack.
type oracleRights struct {
	datasource.OraclePrivileges
	pass     *checks.Pass
	server   datasource.Server
	findings []checks.Finding
}

func oracleRightsOf(ctx context.Context, p *checks.Pass) (*oracleRights, error) {
	server, err := p.Here().Server(ctx)
	if err != nil {
		return nil, err
	}
	privileges, err := p.Here().OraclePrivileges(ctx)
	return &oracleRights{OraclePrivileges: privileges, pass: p, server: server}, err
}

// end gives the type of the database on the item's side.
func end(p *checks.Pass) datasource.Type {
	if p.Side == checks.Dest {
		return p.Route.Dest
	}
	return p.Route.Source
}

// lack adds a finding about rights of which some may be held.
func (o *oracleRights) lack(f checks.Finding, on string, wanted, missing []string, sql string) {
	held := slices.DeleteFunc(slices.Clone(wanted), func(right string) bool { return slices.Contains(missing, right) })
	f.Actual, f.Want, f.SQL = strings.Join(held, ", "), strings.Join(wanted, ", "), []string{sql}
	if len(held) == 0 {
		f.Actual = "none"
	}
	f.Args = map[string]string{"account": o.Account, "rights": strings.Join(missing, ", "), "on": on}
	o.findings = append(o.findings, f)
}

func (o *oracleRights) lackOnTable(f checks.Finding, t datasource.TableName, wanted, missing []string) {
	f.Object = checks.TableObject(t)
	o.lack(f, t.String(), wanted, missing, "GRANT "+strings.Join(missing, ", ")+" ON "+checks.QuoteTable(datasource.Oracle, t)+" TO "+o.grantee())
}

// lackOver adds a finding about rights over a schema. From 23ai they can be granted on it alone.
func (o *oracleRights) lackOver(f checks.Finding, schema string, wanted, missing []string) {
	f.Object = checks.SchemaObject(schema)
	grant := "GRANT " + strings.Join(missing, ", ")
	if schema != o.Account && !o.server.IsOceanBase() && o.server.Version.AtLeast(23) {
		grant += " ON SCHEMA " + checks.Quote(datasource.Oracle, schema)
	}
	o.lack(f, "schema "+schema, wanted, missing, grant+" TO "+o.grantee())
}

func (o *oracleRights) grantee() string { return checks.Quote(datasource.Oracle, o.Account) }

// report reports what lacks. It fails where a role that may hold it does not show what it holds.
func (o *oracleRights) report() error {
	if len(o.findings) > 0 && len(o.UnreadableRoles) > 0 {
		return &datasource.Error{Class: datasource.ErrOther,
			Cause: fmt.Sprintf("whether the account %s has %s on %s cannot be told: it cannot see what its role %s holds",
				o.Account, o.findings[0].Args["rights"], o.findings[0].Args["on"], strings.Join(o.UnreadableRoles, ", ")),
			Remedy: "Grant the rights to the account itself."}
	}
	for _, f := range o.findings {
		o.pass.Report(f)
	}
	return nil
}

// oracleRead reports the mapped tables and views that the account of an Oracle-like database may not read.
func oracleRead(ctx context.Context, p *checks.Pass) error {
	o, err := oracleRightsOf(ctx, p)
	if err != nil {
		return err
	}
	mapping, nothing := p.Mapping(ctx)
	if nothing != nil && !errors.Is(nothing, checks.ErrNothingMapped) {
		return nothing
	}
	selects := []string{"SELECT"}
	asked := map[datasource.TableName]bool{}
	for _, t := range mapping.Tables {
		if !asked[t.Source] && !o.MayRead(t.Source) {
			o.lackOnTable(checks.Finding{Rule: "missing_right", Level: checks.Fail}, t.Source, selects, selects)
		}
		asked[t.Source] = true
	}
	open := mapping.OpenSchemas()
	for _, schema := range schemasOn(p, mapping) {
		if open[schema] && !o.SeesAll && schema != o.Account && !o.HasOver(schema, "SELECT ANY TABLE", "READ ANY TABLE") {
			anyTable := []string{"SELECT ANY TABLE"}
			o.lackOver(checks.Finding{Rule: "hidden_tables", Level: checks.Warn}, schema, anyTable, anyTable)
		}
	}
	if err := o.report(); err != nil || len(o.findings) > 0 {
		return err
	}
	return nothing
}

// oracleWrite reports what the account of an Oracle-like database lacks to make and change what the
// task writes there (Oracle Database SQL Language Reference, "CREATE TABLE", "CREATE VIEW", "CREATE INDEX",
// "INSERT", "UPDATE", "DELETE").
func oracleWrite(ctx context.Context, p *checks.Pass) error {
	o, err := oracleRightsOf(ctx, p)
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
		if err := o.structures(ctx, mapping); err != nil {
			return err
		}
	}
	if err := o.rows(ctx, mapping, phases); err != nil {
		return err
	}
	if err := o.report(); err != nil {
		return err
	}
	if p.Side == checks.Dest && !o.server.IsOceanBase() {
		if err := o.room(ctx, mapping); err != nil {
			return err
		}
	}
	if len(p.Findings()) > 0 {
		return nil
	}
	return nothing
}

// ownRights give what serves in the account's own schema in place of a privilege on any; other
// such privileges come with owning the schema.
var ownRights = map[string]string{"CREATE ANY TABLE": "CREATE TABLE", "CREATE ANY VIEW": "CREATE VIEW", "CREATE ANY SEQUENCE": "CREATE SEQUENCE"}

// over gives those of some privileges on any that are needed in a schema, and those that lack.
func (o *oracleRights) over(schema string, privileges []string) (wanted, missing []string) {
	for _, name := range privileges {
		need := name
		if schema == o.Account {
			if need = ownRights[name]; need == "" {
				continue
			}
		}
		wanted = append(wanted, need)
		if !o.HasOver(schema, need, name) {
			missing = append(missing, need)
		}
	}
	return wanted, missing
}

// structures looks for what making tables, views and indexes takes in each schema.
func (o *oracleRights) structures(ctx context.Context, mapping *checks.Mapping) error {
	indexes, err := o.pass.Source().Indexes(ctx)
	if err != nil {
		return err
	}
	columns, err := o.pass.Source().Columns(ctx)
	if err != nil {
		return err
	}
	viewed, indexed, numbered := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, t := range slices.Concat(mapping.Tables, mapping.Missing) {
		viewed[t.Dest.Schema] = viewed[t.Dest.Schema] || t.IsView()
		indexed[t.Dest.Schema] = indexed[t.Dest.Schema] || slices.ContainsFunc(indexes.Of(t.Source), func(i datasource.Index) bool { return !i.Primary })
		numbered[t.Dest.Schema] = numbered[t.Dest.Schema] || slices.ContainsFunc(columns.Of(t.Source), func(c datasource.Column) bool { return c.Oracle != nil && c.Oracle.Identity })
	}
	for _, schema := range schemasOn(o.pass, mapping) {
		must, may := []string{"CREATE ANY TABLE"}, []string{"ALTER ANY TABLE", "DROP ANY TABLE"}
		if viewed[schema] {
			must = append(must, "CREATE ANY VIEW")
		}
		if indexed[schema] {
			must = append(must, "CREATE ANY INDEX")
		} else {
			may = append(may, "CREATE ANY INDEX")
		}
		switch {
		case !numbered[schema] || o.server.IsOceanBase():
		case schema == o.Account:
			must = append(must, "CREATE ANY SEQUENCE")
		default:
			may = append(may, "CREATE ANY SEQUENCE")
		}
		if wanted, missing := o.over(schema, must); missing != nil {
			o.lackOver(checks.Finding{Rule: "missing_right", Level: checks.Fail}, schema, wanted, missing)
		}
		if wanted, missing := o.over(schema, may); missing != nil {
			o.lackOver(checks.Finding{Rule: "missing_helpful_right", Level: checks.Warn}, schema, wanted, missing)
		}
	}
	return nil
}

// rows looks for what writing rows takes: on each table that is there, over the schema for those to come.
func (o *oracleRights) rows(ctx context.Context, mapping *checks.Mapping, phases checks.Phases) error {
	var must []string
	switch {
	case phases&(checks.Incremental|checks.Reverse) != 0:
		must = []string{"INSERT", "UPDATE", "DELETE"}
	case phases&checks.Full != 0:
		must = []string{"INSERT"}
	default:
		return nil
	}
	there, err := o.pass.Here().Tables(ctx)
	if err != nil {
		return err
	}
	for _, need := range []struct {
		checks.Finding
		rights []string
	}{
		{checks.Finding{Rule: "missing_right", Level: checks.Fail}, must},
		{checks.Finding{Rule: "missing_helpful_right", Level: checks.Warn}, []string{"SELECT"}},
	} {
		asked := map[datasource.TableName]bool{}
		toCome := map[string][]string{}
		for _, t := range slices.Concat(mapping.Tables, mapping.Missing) {
			name := o.pass.Name(t)
			if asked[name] || !t.Table.HoldsRows() {
				continue
			}
			asked[name] = true
			missing := slices.DeleteFunc(slices.Clone(need.rights), func(right string) bool { return o.May(right, name) })
			switch {
			case len(missing) == 0:
			case there.Find(name) != nil:
				o.lackOnTable(need.Finding, name, need.rights, missing)
			case o.pass.Side == checks.Dest:
				toCome[name.Schema] = anyTable(need.rights)
			}
		}
		for _, schema := range schemasOn(o.pass, mapping) {
			if wanted, missing := o.over(schema, toCome[schema]); missing != nil {
				o.lackOver(need.Finding, schema, wanted, missing)
			}
		}
	}
	return nil
}

// anyTable gives the privileges that hold for every table, as in INSERT ANY TABLE.
func anyTable(rights []string) []string {
	names := make([]string, len(rights))
	for i, right := range rights {
		names[i] = right + " ANY TABLE"
	}
	return names
}

// room reports the schemas of an Oracle destination that may store nothing.
func (o *oracleRights) room(ctx context.Context, mapping *checks.Mapping) error {
	p := o.pass
	exist, err := p.Here().Schemas(ctx)
	if err != nil {
		return err
	}
	spaces, err := p.Here().Spaces(ctx)
	if err != nil {
		return err
	}
	for _, schema := range schemasOn(p, mapping) {
		unlimited := schema == o.Account && o.Has("UNLIMITED TABLESPACE")
		if unlimited || !slices.ContainsFunc(exist, func(s datasource.Schema) bool { return s.Name == schema }) {
			continue
		}
		space, known := spaces[schema]
		f := checks.Finding{Level: checks.Warn, Object: checks.SchemaObject(schema), Want: "a quota, or UNLIMITED TABLESPACE", Args: map[string]string{"tablespace": space.Default}}
		if space.Default != "" {
			f.SQL = []string{"ALTER USER " + checks.Quote(datasource.Oracle, schema) + " QUOTA UNLIMITED ON " + checks.Quote(datasource.Oracle, space.Default)}
		}
		switch {
		case !known:
			p.Inform("How much schema %s may store is not known: the account may not read DBA_TS_QUOTAS, DBA_SYS_PRIVS and DBA_USERS", schema)
		case !space.Room(""):
			f.Rule, f.Actual = "no_quota", "none"
			if p.Route.Phases&checks.Schema != 0 {
				f.Level = checks.Fail
			}
			p.Report(f)
		case space.Default != "" && !space.Room(space.Default):
			f.Rule, f.Actual = "no_default_quota", "none on "+space.Default
			p.Report(f)
		}
	}
	return nil
}
