package table

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/datasource"
)

// oracle compares the tables of an Oracle-like source with the limits, each column as the destination will have it.
func (t *tableLimitRun) oracle(
	ctx context.Context, mapping *checks.Mapping,
	columns datasource.TableRows[datasource.Column], indexes datasource.TableRows[datasource.Index],
) error {
	if err := t.sameBlocks(ctx); err != nil {
		return err
	}
	become := func(c datasource.Column, _ string) *datasource.ColumnType { return inlineType(c) }
	charsets := map[string]string{} // of the destination's schemas
	if t.Route.Dest.Dialect() == datasource.MySQLDialect {
		t.soft, t.recordLevel, become = checks.Warn, checks.Warn, mappedOrLob
		schemas, err := datasource.FactSchemas.Of(ctx, t.Dest())
		if err != nil {
			return err
		}
		for _, s := range schemas {
			charsets[s.Name] = s.Charset
		}
	}
	for _, pair := range mapping.BaseTables() {
		charset := cmp.Or(charsets[pair.Dest.Schema], "utf8mb4") // of a schema that does not exist yet
		own := slices.Clone(columns.Of(pair.Source))
		for i, c := range own {
			own[i].ColumnType = become(c, charset)
		}
		t.table(pair, own, slices.DeleteFunc(slices.Clone(indexes.Of(pair.Source)), notCreated))
	}
	return t.unsizedError()
}

// sameBlocks removes the limit of index entries between Oracle databases with the same block size: the destination
// accepts what the source has.
func (t *tableLimitRun) sameBlocks(ctx context.Context) error {
	if t.Route.Source != datasource.Oracle || t.Route.Dest != datasource.Oracle {
		return nil
	}
	from, err := datasource.FactVariables.Of(ctx, t.Source())
	if err != nil {
		return err
	}
	to, err := datasource.FactVariables.Of(ctx, t.Dest())
	if err != nil {
		return err
	}
	if block, ok := from.Lookup("db_block_size"); ok && block == to["db_block_size"] {
		t.limits.KeyBytes = 0
	}
	return nil
}

// notCreated reports whether an index has a type that no other product supports.
func notCreated(i datasource.Index) bool {
	return strings.HasSuffix(i.Type, "DOMAIN") || i.Type == datasource.BitmapJoin
}

// mappedOrLob returns what a column becomes in a database with the types of MySQL. A column that cannot be migrated
// unless its type changes counts as a large object.
func mappedOrLob(c datasource.Column, charset string) *datasource.ColumnType {
	if m, ok := coltype.MappedType(c, charset); ok {
		return m
	}
	return outside
}

// outside is a large object, which is stored outside its row.
var outside = &datasource.ColumnType{DataType: "longblob", Nullable: true}

// inlineTypes lists the types of Oracle whose values are stored in the row, with as many bytes as the dictionary
// shows (DATA_LENGTH).
var inlineTypes = []string{"CHAR", "VARCHAR2", "NCHAR", "NVARCHAR2", "NUMBER", "FLOAT", "BINARY_FLOAT", "BINARY_DOUBLE",
	"DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH LOCAL TIME ZONE", "INTERVAL YEAR TO MONTH",
	"INTERVAL DAY TO SECOND", "RAW", "ROWID", "UROWID", "BOOLEAN"}

// inlineType returns a type of as many bytes as the column has on an Oracle-like destination.
func inlineType(c datasource.Column) *datasource.ColumnType {
	if slices.Contains(inlineTypes, coltype.OracleTypeName(c)) {
		return &datasource.ColumnType{DataType: "binary", ByteLength: c.ByteLength, Nullable: c.Nullable}
	}
	return outside
}
