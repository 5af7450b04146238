package oracle

import (
	"context"
	"errors"
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
	On:       []checks.Side{checks.Source},
	Phases:   checks.Full | checks.Incremental,
	Sources:  checks.OracleFamily,
	Requires: []string{"RDB_CONNECT"},
	Compares: true,
	Run:      runNationalCharset,
}

// nationalTypes are the types whose character set is the database's national one.
var nationalTypes = []string{"NCHAR", "NVARCHAR2", "NCLOB"}

// wholeUnicode are the character sets of MySQL's kind that hold every character of Unicode.
var wholeUnicode = []string{"utf8mb4", "utf16", "utf16le", "utf32", "gb18030", "gb18030_2022"}

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
	for _, pair := range mapping.HoldingRows() {
		if slices.ContainsFunc(columns.Of(pair.Source), func(c datasource.Column) bool { return slices.Contains(nationalTypes, c.DataType) }) {
			national = append(national, pair)
		}
	}
	if national == nil {
		return nil
	}
	own, err := characterSet(ctx, p.Source(), "NLS_NCHAR_CHARACTERSET")
	if err != nil {
		return err
	}
	charsetOf, want, err := destCharsets(ctx, p, own)
	if err != nil {
		return err
	}
	for _, pair := range national {
		charset := charsetOf(pair.Dest.Schema)
		if slices.Contains(want, charset) {
			continue
		}
		var names []string
		for _, c := range columns.Of(pair.Source) {
			if slices.Contains(nationalTypes, c.DataType) {
				names = append(names, c.Name)
			}
		}
		p.Report(checks.Finding{Rule: "other_charset", Level: checks.Warn, Object: checks.TableObject(pair.Source), Actual: charset, Want: strings.Join(want, ", "),
			Args: map[string]string{"source": own, "columns": strings.Join(names, ", ")}})
	}
	return nil
}

// destCharsets gives the character set that columns of national types get in a schema of the
// destination, and those that hold all that the source's does.
func destCharsets(ctx context.Context, p *checks.Pass, own string) (charsetOf func(schema string) string, want []string, err error) {
	if p.Route.Dest.OracleLike() {
		dest, err := characterSet(ctx, p.Dest(), "NLS_NCHAR_CHARACTERSET")
		return func(string) string { return dest }, []string{own}, err
	}
	schemas, err := p.Dest().Schemas(ctx)
	if err != nil {
		return nil, nil, err
	}
	settings, err := p.Dest().Variables(ctx)
	if err != nil {
		return nil, nil, err
	}
	if settings["character_set_server"] == "" {
		return nil, nil, errors.New("the destination shows no variable character_set_server")
	}
	return func(name string) string {
		if at := slices.IndexFunc(schemas, func(s datasource.Schema) bool { return s.Name == name }); at >= 0 {
			return schemas[at].Charset
		}
		return settings["character_set_server"]
	}, wholeUnicode, nil
}

// characterSet gives one of the character sets of an Oracle-like database.
func characterSet(ctx context.Context, of *datasource.Facts, parameter string) (string, error) {
	nls, err := of.NLS(ctx)
	if err == nil && nls[parameter] == "" {
		err = fmt.Errorf("NLS_DATABASE_PARAMETERS shows no %s", parameter)
	}
	return nls[parameter], err
}
