package charset

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// NationalCharset is ORACLE_NATIONAL_CHARSET.
var NationalCharset = &checks.Check{
	Type:     "ORACLE_NATIONAL_CHARSET",
	Page:     checks.ReadPage(pages, "national_charset.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Full | checks.Incremental,
	Sources:  checks.OracleFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactColumns, datasource.FactNLS},
		Dest: checks.Facts{
			datasource.FactNLS, datasource.FactSchemas, datasource.FactServer, datasource.FactTables,
			datasource.FactVariables,
		},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_CHARSET"}},
	Run: runNationalCharset,
}

// nationalTypes are the types with the national character set of the database.
var nationalTypes = []string{"NCHAR", "NVARCHAR2", "NCLOB"}

// isNational reports whether a column has a national type.
func isNational(c datasource.Column) bool { return slices.Contains(nationalTypes, c.DataType) }

func runNationalCharset(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	var national []checks.TablePair
	for _, pair := range mapping.BaseTables() {
		if slices.ContainsFunc(columns.Of(pair.Source), isNational) {
			national = append(national, pair)
		}
	}
	if national == nil {
		return nil
	}
	own, err := sysvar.CharacterSet(ctx, p.Source(), "NLS_NCHAR_CHARACTERSET")
	if err != nil {
		return err
	}
	if p.Route.Dest.Dialect() == datasource.OracleDialect {
		dest, err := sysvar.CharacterSet(ctx, p.Dest(), "NLS_NCHAR_CHARACTERSET")
		if err == nil && dest != own {
			for _, pair := range national {
				reportNational(p, pair, columns.Of(pair.Source), own, dest, own)
			}
		}
		return err
	}
	return nationalToMySQL(ctx, p, national, columns, own)
}

// nationalToMySQL checks the character sets of the schemas in which tables have to be created.
func nationalToMySQL(
	ctx context.Context, p *checks.Pass, national []checks.TablePair, columns datasource.TableRows[datasource.Column],
	own string,
) error {
	defaults, err := schemaDefaults(ctx, p)
	if err != nil {
		return err
	}
	tables, err := datasource.FactTables.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	existing := 0
	for _, pair := range national {
		if tables.Find(pair.Dest) != nil {
			existing++
			continue
		}
		schema, _ := defaults(pair.Dest.Schema)
		if schema.Charset == "" {
			return p.NotChecked("no_default", "schema", schema.Name)
		}
		if !slices.Contains(allUnicode, schema.Charset) {
			reportNational(p, pair, columns.Of(pair.Source), own, schema.Charset, strings.Join(allUnicode, ", "))
		}
	}
	if existing > 0 {
		p.Note("existing_tables", "count", existing)
	}
	return nil
}

// reportNational reports the national columns of a table. own is the national character set of the source.
func reportNational(
	p *checks.Pass, pair checks.TablePair, columns []datasource.Column, own, actual, expected string,
) {
	var names []string
	for _, c := range columns {
		if isNational(c) {
			names = append(names, c.Name)
		}
	}
	p.Report(checks.Finding{Rule: "other_charset", Level: checks.Warn, Object: checks.TableObject(pair.Source),
		Actual: actual, Expected: expected, Args: checks.Args{"source": own, "columns": names}})
}
