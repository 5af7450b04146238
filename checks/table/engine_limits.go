package table

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
	"github.com/dbprecheck/precheck/datasource"
)

// engineLimits judges tables of MariaDB that keep an engine on MySQL that is more limited there. The zero value judges
// none. The limits were tried on MariaDB 10.11 and 11.8 and on MySQL 9.7.
type engineLimits struct {
	*checks.Pass
	dest    datasource.Server
	engines datasource.StorageEngines // of the destination; nil judges no table
	columns datasource.TableRows[datasource.Column]
	indexes datasource.TableRows[datasource.Index]
}

func readEngineLimits(ctx context.Context, p *checks.Pass) (e engineLimits, err error) {
	e.Pass = p
	if e.dest, err = datasource.FactServer.Of(ctx, p.Dest()); err != nil || !e.dest.IsMySQL() {
		return e, err
	}
	if e.columns, err = datasource.FactColumns.Of(ctx, p.Source()); err != nil {
		return e, err
	}
	if e.indexes, err = datasource.FactIndexes.Of(ctx, p.Source()); err != nil {
		return e, err
	}
	e.engines, err = datasource.FactStorageEngines.Of(ctx, p.Dest())
	return e, err
}

// myISAMKey is the maximum size of an index entry in bytes (MySQL 9 Reference Manual, "The MyISAM Storage Engine").
const myISAMKey = 1000

// plainDefault matches a default of MariaDB's catalog that is not an expression.
var plainDefault = regexp.MustCompile(`(?i)^(NULL$|'|[-+.0-9]|[bx]'|current_timestamp)`)

// judge returns the finding of a table that its engine cannot store on the destination, nil if it can.
func (e engineLimits) judge(pair checks.TablePair) *checks.Finding {
	engine := strings.ToUpper(pair.Table.Engine)
	if engine == "INNODB" || !e.engines.Usable(engine) {
		return nil
	}
	feature := ""
	switch engine {
	case "MYISAM", "MRG_MYISAM":
		feature = e.key(e.columns.Of(pair.Source), e.indexes.Of(pair.Source))
	case "MEMORY":
		feature = e.memory(e.columns.Of(pair.Source), e.indexes.Of(pair.Source))
	}
	switch engine {
	case "MEMORY", "CSV", "MRG_MYISAM":
		for _, c := range e.columns.Of(pair.Source) { // error 3774
			if feature == "" && c.Default != nil && !c.Generated() && !plainDefault.MatchString(*c.Default) {
				feature = e.Term("expression_default", "column", c.Name)
			}
		}
	}
	if feature == "" {
		return nil
	}
	return &checks.Finding{Rule: "engine_limit", Level: checks.Fail, Object: checks.TableObject(pair.Source),
		Actual: feature, Args: checks.Args{"engine": pair.Table.Engine, "dest": e.dest}}
}

// memory returns what MEMORY of MySQL does not support: an order of a BTREE index (error 1178), or a VECTOR (error
// 1163).
func (e engineLimits) memory(columns []datasource.Column, indexes []datasource.Index) string {
	isVector := func(c datasource.Column) bool { return c.DataType == "vector" }
	if at := slices.IndexFunc(columns, isVector); at >= 0 {
		return e.Term("vector_column", "column", columns[at].Name)
	}
	descends := func(part datasource.IndexColumn) bool { return part.Descending }
	for _, index := range indexes {
		if !index.Unordered && slices.ContainsFunc(index.Columns, descends) {
			return e.Term("descending_key", "index", index.Name)
		}
	}
	return ""
}

// key returns what MyISAM of MySQL does not support of an index: an order (error 1178), a virtual column (error 1478),
// or its size (error 1071).
func (e engineLimits) key(columns []datasource.Column, indexes []datasource.Index) string {
	for _, index := range indexes {
		if index.Unordered || index.Type == "FULLTEXT" || index.Type == "SPATIAL" {
			continue
		}
		var size int64
		for _, part := range index.Columns {
			isPart := func(c datasource.Column) bool { return strings.EqualFold(c.Name, part.Name) }
			at := slices.IndexFunc(columns, isPart)
			switch {
			case part.Descending:
				return e.Term("descending_key", "index", index.Name)
			case at < 0:
				continue
			case columns[at].Generated() && !columns[at].Stored:
				return e.Term("virtual_key", "index", index.Name, "column", part.Name)
			case columns[at].LOB() && part.Prefix == 0:
				continue // RDB_INDEX_TYPE reports a unique key over a large object
			}
			if n, err := limits.KeyBytes(columns[at].ColumnType, part.Prefix); err == nil {
				size += n
			}
		}
		if size > myISAMKey {
			return fmt.Sprintf("%s (%d > %d bytes)", e.Term("long_key", "index", index.Name), size, myISAMKey)
		}
	}
	return ""
}
