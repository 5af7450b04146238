package mysql

import (
	"cmp"
	"context"
	"database/sql"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// columnsQuery takes 2.8 s for 100,000 tables of ten columns on MariaDB 10.11: none of its
// columns needs a table's statistics.
const columnsQuery = `SELECT table_schema, table_name, column_name, ordinal_position, column_default, is_nullable,
data_type,
column_type, character_maximum_length, character_octet_length, numeric_precision, numeric_scale, datetime_precision,
character_set_name, collation_name, extra, column_comment, generation_expression
FROM information_schema.COLUMNS WHERE %s`

func (r *Reader) columns(ctx context.Context) (datasource.TableRows[datasource.Column], error) {
	var none datasource.TableRows[datasource.Column]
	server, err := r.identify(ctx)
	if err != nil {
		return none, err
	}
	query := columnsQuery
	if !hasGeneratedColumns(server) {
		query = strings.Replace(query, "generation_expression", "''", 1)
	}

	var b datasource.SharedRowsBuilder[datasource.Column]
	in := intern.Strings{}
	types := map[datasource.ColumnType]*datasource.ColumnType{}
	var (
		schema, table, column, preset, nullable, dataType, columnType, charset, collation, extra, remark,
		generation sql.RawBytes

		position                                  uint16
		chars, octets, precision, scale, fraction sql.NullInt64
	)
	err = r.whole(ctx, datasource.FactColumns, "COLUMNS", query, func(scan row) error {
		if err := scan(&schema, &table, &column, &position, &preset, &nullable, &dataType, &columnType,
			&chars, &octets, &precision, &scale, &fraction, &charset, &collation, &extra, &remark,
			&generation); err != nil {
			return err
		}
		t := datasource.ColumnType{
			DataType: strings.ToLower(in.Bytes(dataType)), ColumnType: in.Bytes(columnType),
			Charset: in.Bytes(charset), Collation: in.Bytes(collation),
			CharLength: chars.Int64, ByteLength: octets.Int64,
			Precision: int(precision.Int64 + fraction.Int64), Scale: int(scale.Int64), HasScale: scale.Valid,
			Nullable: string(nullable) == "YES", Generation: in.Bytes(generation),
			Extra: strings.ToLower(in.Bytes(extra)),
		}
		if t.CharLength == t.ByteLength && t.Charset == "" && !isBinary(t.DataType) {
			t.CharLength = 0
		}
		// MySQL writes STORED GENERATED, MariaDB too, and PERSISTENT before 10.2.
		t.Stored = t.Generated() && (strings.Contains(t.Extra, "stored") || strings.Contains(t.Extra, "persistent"))
		shared, ok := types[t]
		if !ok {
			stored := t // t is not allocated on the heap
			shared = &stored
			types[stored] = shared
		}
		c := datasource.Column{Name: in.Bytes(column), ColumnType: shared, Default: in.Pointer(preset),
			Position: position}
		if len(remark) > 0 {
			c.Comment = in.Pointer(remark)
		}
		b.Add(datasource.TableName{Schema: in.Bytes(schema), Name: in.Bytes(table)}, c)
		return nil
	})
	return b.Build(func(a, b datasource.Column) int { return cmp.Compare(a.Position, b.Position) }), err
}

// hasGeneratedColumns reports whether COLUMNS has generation_expression: MySQL 5.7.6, MariaDB
// 10.2.5, OceanBase as the MySQL 5.7 that it resembles, not Dolt.
func hasGeneratedColumns(s datasource.Server) bool {
	switch {
	case s.IsMariaDB():
		return s.Version.AtLeast(10, 2, 5)
	case s.IsMySQL():
		return s.Version.AtLeast(5, 7, 6)
	}
	return true
}

func isBinary(dataType string) bool {
	return strings.HasSuffix(dataType, "binary") || strings.HasSuffix(dataType, "blob")
}
