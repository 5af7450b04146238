package charset

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
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
		Source:  checks.Facts{datasource.FactColumns, datasource.FactNLS},
		Dest:    checks.Facts{datasource.FactNLS, datasource.FactSchemas, datasource.FactServer, datasource.FactTables, datasource.FactVariables},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_CHARSET"}},
	Run: runNationalCharset,
}

// nationalTypes are the types whose character set is the database's national one.
var nationalTypes = []string{"NCHAR", "NVARCHAR2", "NCLOB"}

func runNationalCharset(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	columns, err := p.Source().Columns(ctx)
	if err != nil {
		return err
	}
	var national []checks.TablePair
	for _, pair := range mapping.BaseTables() {
		if slices.ContainsFunc(columns.Of(pair.Source), func(c datasource.Column) bool { return slices.Contains(nationalTypes, c.DataType) }) {
			national = append(national, pair)
		}
	}
	if national == nil {
		return nil
	}
	own, err := CharacterSet(ctx, p.Source(), "NLS_NCHAR_CHARACTERSET")
	if err != nil {
		return err
	}
	if p.Route.Dest.OracleLike() {
		dest, err := CharacterSet(ctx, p.Dest(), "NLS_NCHAR_CHARACTERSET")
		if err == nil && dest != own {
			for _, pair := range national {
				reportNational(p, pair, columns.Of(pair.Source), own, dest, own)
			}
		}
		return err
	}
	return nationalToMySQL(ctx, p, national, columns, own)
}

// nationalToMySQL looks at the character sets that tables to come get in their schemas.
func nationalToMySQL(ctx context.Context, p *checks.Pass, national []checks.TablePair, columns datasource.ByTable[datasource.Column], own string) error {
	defaults, err := SchemaDefaults(ctx, p)
	if err != nil {
		return err
	}
	there, err := p.Dest().Tables(ctx)
	if err != nil {
		return err
	}
	standing := 0
	for _, pair := range national {
		if there.Find(pair.Dest) != nil {
			standing++
			continue
		}
		schema, _ := defaults(pair.Dest.Schema)
		if schema.Charset == "" {
			return fmt.Errorf("the destination does not tell the character set that new tables in schema %s get", schema.Name)
		}
		if !slices.Contains(WholeUnicode, schema.Charset) {
			reportNational(p, pair, columns.Of(pair.Source), own, schema.Charset, strings.Join(WholeUnicode, ", "))
		}
	}
	if standing > 0 {
		p.Inform("%d table(s) are on the destination already: RDB_COLUMN_DIFF compares their columns", standing)
	}
	return nil
}

func reportNational(p *checks.Pass, pair checks.TablePair, columns []datasource.Column, own, actual, want string) {
	var names []string
	for _, c := range columns {
		if slices.Contains(nationalTypes, c.DataType) {
			names = append(names, c.Name)
		}
	}
	p.Report(checks.Finding{Rule: "other_charset", Level: checks.Warn, Object: checks.TableObject(pair.Source), Actual: actual, Expected: want,
		Args: checks.Args{"source": own, "columns": strings.Join(names, ", ")}})
}
