package object

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/oms"
	"github.com/dbprecheck/precheck/datasource"
)

// SchemaExist is RDB_SCHEMA_EXIST.
var SchemaExist = &checks.Check{
	Type:     "RDB_SCHEMA_EXIST",
	Page:     checks.ReadPage(pages, "schema_exist.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Phases:   checks.AllPhases,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{
			datasource.FactCharsets, datasource.FactGrants, datasource.FactSchemas, datasource.FactServer,
		},
		Source:  checks.Facts{datasource.FactSchemas},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "RDB_SCHEMA_EXIST"}},
	OMSCodes: map[string]oms.Code{
		"system_schema": oms.CodeSystemSchema, "schema_missing": oms.CodeSchemaMissing,
		"schema_case": oms.CodeSchemaMissing, "schema_missing_dest": oms.CodeSchemaMissing,
	},
	Run: runSchemaExist,
}

func runSchemaExist(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil && !errors.Is(err, checks.ErrNothingMapped) {
		return err
	}
	if len(mapping.Schemas) == 0 {
		return err
	}
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	existing, err := datasource.FactSchemas.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, pair := range mapping.Schemas {
		name := pair.Source
		if p.Side == checks.Dest {
			name = pair.Dest
		}
		if seen[name] {
			continue
		}
		seen[name] = true
		if slices.ContainsFunc(existing, func(s datasource.Schema) bool {
			return server.NameCase.Fold(s.Name) == server.NameCase.Fold(name)
		}) {
			continue
		}
		f := checks.Finding{Rule: "schema_missing", Level: checks.Fail, Object: checks.SchemaObject(name)}
		if server.OwnsSchema(name) {
			f.Rule = "system_schema"
			p.Report(f)
			continue
		}
		var similar []string
		for _, s := range existing {
			if strings.EqualFold(s.Name, name) {
				similar = append(similar, s.Name)
			}
		}
		if len(similar) > 0 {
			f.Rule, f.Actual = "schema_case", strings.Join(similar, ", ")
		} else if p.Side == checks.Dest {
			f.Rule = "schema_missing_dest"
			if p.Route.Phases&checks.Schema != 0 && p.Route.Dest.Dialect() == datasource.MySQLDialect {
				// A schema of Oracle is a user and is not created.
				grants, err := datasource.FactGrants.Of(ctx, p.Facts())
				if err != nil {
					return err
				}
				if grants.OnSchema(name, "CREATE") != datasource.No {
					p.Note("created", "schema", name)
					continue
				}
				f.Rule = "schema_not_creatable"
			}
			if f.SQL, err = createSchema(ctx, p, pair); err != nil {
				return err
			}
		}
		p.Report(f)
	}
	return nil
}

// createSchema returns the statement that creates the destination's schema of a pair. It sets the character set and
// collation of the source's schema if the destination has them.
func createSchema(ctx context.Context, p *checks.Pass, pair checks.SchemaPair) ([]string, error) {
	if p.Route.Dest.Dialect() == datasource.OracleDialect {
		return nil, nil
	}
	statement := "CREATE DATABASE " + checks.Quote(p.Route.Dest, pair.Dest)
	schemas, err := datasource.FactSchemas.Of(ctx, p.Source())
	if err != nil {
		return nil, err
	}
	charsets, err := datasource.FactCharsets.Of(ctx, p.Facts())
	if err != nil {
		return nil, err
	}
	for _, s := range schemas {
		if s.Name != pair.Source {
			continue
		}
		if s.Charset != "" && charsets.HasCharset(s.Charset) {
			statement += " CHARACTER SET " + s.Charset
		}
		if s.Collation != "" && charsets.HasCollation(s.Collation) {
			statement += " COLLATE " + s.Collation
		}
	}
	return []string{statement}, nil
}
