package oracle

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// Columns that Oracle generates for indexes, statistics and objects are hidden and not listed.
// USER_GENERATED, which distinguishes invisible columns from these, was added in 12.1, like the others in
// columnExtras. OceanBase lists no generated columns: those that are hidden are invisible columns, without any position
// (its source, DBA_TAB_COLS_V$). Defaults are a LONG: they are read separately, only if there are any.
const (
	columnsQuery = `SELECT owner, table_name, column_name, NVL(column_id, {last}), data_type,
data_type_owner,
data_length, data_precision, data_scale,
nullable, character_set_name, char_length, char_used, virtual_column, hidden_column, {extras}
FROM {p}_TAB_COLS WHERE {scope:owner} AND {listed}`
	columnExtras    = "identity_column, default_on_null"
	oldColumnExtras = "'NO', 'NO'"
	listedColumns   = "(hidden_column = 'NO' OR user_generated = 'YES')"
	oldListed       = "hidden_column = 'NO'"
	everyColumn     = "1 = 1"
	internalID      = "internal_column_id"
	lastPosition    = "65535"
	defaultsQuery   = "SELECT owner, table_name, column_name, data_default FROM {p}_TAB_COLS WHERE {scope:owner} AND " +
		"default_length IS NOT NULL"
	remarksQuery = "SELECT owner, table_name, column_name, comments FROM {p}_COL_COMMENTS WHERE {scope:owner} AND " +
		"comments IS NOT NULL"
)

type columnName struct {
	datasource.TableName
	column string
}

// columns reads the columns once: the indexes need them, too.
func (r *Reader) columns(ctx context.Context) (datasource.TableRows[datasource.Column], error) {
	return r.shapes.Get(ctx, ctx, r.readColumns)
}

func (r *Reader) readColumns(ctx context.Context) (datasource.TableRows[datasource.Column], error) {
	var none datasource.TableRows[datasource.Column]
	server, err := r.server(ctx)
	if err != nil {
		return none, err
	}
	in := intern.Strings{}
	defaults, err := r.texts(ctx, defaultsQuery, in)
	if err != nil {
		return none, err
	}
	remarks, err := r.texts(ctx, remarksQuery, in)
	if err != nil {
		return none, err
	}
	extras, listed, last := columnExtras, listedColumns, internalID
	switch {
	case server.IsOceanBase(): // whose columns for the extras hold NULL
		extras, listed, last = oldColumnExtras, everyColumn, lastPosition
	case server.Version.Before(12, 1):
		extras, listed = oldColumnExtras, oldListed
	}
	query := strings.NewReplacer("{extras}", extras, "{listed}", listed, "{last}", last).Replace(columnsQuery)
	var b datasource.TableRowsBuilder[datasource.Column]
	types := map[string]*datasource.ColumnType{}
	err = r.inScope(ctx, query, func(c cells) error {
		name := columnName{datasource.TableName{Schema: in.String(c[0]), Name: in.String(c[1])}, in.String(c[2])}
		position, err := strconv.ParseUint(c[3], 10, 16)
		if err != nil {
			return fmt.Errorf("the position of column %s.%s is %q", name.TableName, name.column, c[3])
		}
		preset := defaults[name]
		column := datasource.Column{Name: name.column, Default: preset, Comment: remarks[name],
			Position: uint16(position)}
		if c[13] == "YES" && preset != nil { // the expression of a virtual column is in the column for defaults
			column.ColumnType, column.Default = columnType(c, *preset), nil
		} else {
			key := strings.Join(c[4:], "\x00")
			if column.ColumnType = types[key]; column.ColumnType == nil {
				column.ColumnType = columnType(c, "")
				types[key] = column.ColumnType
			}
		}
		b.Add(name.TableName, column)
		return nil
	})
	return b.Build(func(a, b datasource.Column) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), strings.Compare(a.Name, b.Name))
	}), err
}

// texts reads a text for each of some columns.
func (r *Reader) texts(ctx context.Context, query string, in intern.Strings) (map[columnName]*string, error) {
	found := map[columnName]*string{}
	err := r.inScope(ctx, query, func(c cells) error {
		text := in.String(strings.TrimSpace(c[3]))
		found[columnName{datasource.TableName{Schema: in.String(c[0]), Name: in.String(c[1])}, in.String(c[2])}] = &text
		return nil
	})
	return found, err
}

// sized matches the digits of a second's fraction, and the like, in a type's name, with a blank before
// them.
var sized = regexp.MustCompile(` ?\(\d+\)`)

// digits matches the precisions in a type's name, as in INTERVAL DAY(2) TO SECOND(6).
var digits = regexp.MustCompile(`\((\d+)\)`)

// intervalDigits sets the precision of an interval's first field and that of its seconds. They are in the type's name.
// DATA_SCALE of OceanBase codes both: 26 is DAY(2) TO SECOND(6), and its DATA_PRECISION is NULL (OceanBase manual,
// "DBA_TAB_COLS" of Oracle mode; its source, ObIntervalScaleUtil).
func intervalDigits(t *datasource.ColumnType, dataType string) {
	named := digits.FindAllStringSubmatch(dataType, -1)
	switch years := strings.HasPrefix(t.DataType, "INTERVAL YEAR"); {
	case len(named) > 0:
		t.Precision, _ = strconv.Atoi(named[0][1])
		t.Scale = 0
		if len(named) > 1 {
			t.Scale, _ = strconv.Atoi(named[1][1])
		}
	case t.Precision != 0:
	case years:
		t.Precision, t.Scale = t.Scale, 0
	case t.Scale > 9:
		t.Precision, t.Scale = t.Scale/10, t.Scale%10
	}
}

// columnType returns the type of a row of columnsQuery.
func columnType(c cells, generation string) *datasource.ColumnType {
	number := func(s string) int { n, _ := strconv.Atoi(s); return n } // NULL is 0
	t := &datasource.ColumnType{
		DataType: sized.ReplaceAllString(strings.Clone(c[4]), ""), ByteLength: int64(number(c[6])),
		CharLength: int64(number(c[11])),
		Precision:  number(c[7]), Scale: number(c[8]), HasScale: c[8] != "", Nullable: c[9] == "Y",
		Charset: strings.Clone(c[10]), Generation: generation,
		Oracle: &datasource.OracleColumn{CharUsed: strings.Clone(c[12]), TypeOwner: strings.Clone(c[5]),
			Virtual: c[13] == "YES", Hidden: c[14] == "YES",
			UserMade: true, Invisible: c[14] == "YES", Identity: c[15] == "YES", DefaultOnNull: c[16] == "YES"},
	}
	if strings.HasPrefix(t.DataType, "INTERVAL ") {
		intervalDigits(t, c[4])
	}
	t.ColumnType = written(t, c[4])
	return t
}

// written writes a type as CREATE TABLE does.
func written(t *datasource.ColumnType, dataType string) string {
	switch t.DataType {
	case "VARCHAR2", "CHAR":
		if t.Oracle.CharUsed == "C" {
			return fmt.Sprintf("%s(%d CHAR)", t.DataType, t.CharLength)
		}
		return fmt.Sprintf("%s(%d BYTE)", t.DataType, t.ByteLength)
	case "NVARCHAR2", "NCHAR":
		return fmt.Sprintf("%s(%d)", t.DataType, t.CharLength)
	case "RAW", "UROWID":
		return fmt.Sprintf("%s(%d)", t.DataType, t.ByteLength)
	case "FLOAT":
		return fmt.Sprintf("FLOAT(%d)", t.Precision)
	case "NUMBER":
		switch {
		case t.Precision == 0 && !t.HasScale:
			return "NUMBER"
		case t.Precision == 0:
			return fmt.Sprintf("NUMBER(*,%d)", t.Scale)
		case t.Scale == 0:
			return fmt.Sprintf("NUMBER(%d)", t.Precision)
		}
		return fmt.Sprintf("NUMBER(%d,%d)", t.Precision, t.Scale)
	}
	return strings.Clone(dataType)
}

const domainsQuery = "SELECT owner, table_name, column_name, domain_owner, domain_name FROM {p}_TAB_COLS WHERE " +
	"{scope:owner} AND domain_name IS NOT NULL"

func (r *Reader) domainColumns(ctx context.Context) (datasource.TableRows[datasource.DomainColumn], error) {
	var b datasource.TableRowsBuilder[datasource.DomainColumn]
	server, err := r.server(ctx)
	if err != nil || server.Version.Before(23) {
		return b.Build(nil), err
	}
	in := intern.Strings{}
	err = r.inScope(ctx, domainsQuery, func(c cells) error {
		b.Add(datasource.TableName{Schema: in.String(c[0]), Name: in.String(c[1])},
			datasource.DomainColumn{Column: strings.Clone(c[2]),
				Domain: datasource.TableName{Schema: in.String(c[3]), Name: in.String(c[4])}})
		return nil
	})
	return b.Build(func(a, b datasource.DomainColumn) int { return strings.Compare(a.Column, b.Column) }), err
}
