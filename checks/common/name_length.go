package common

import (
	"context"
	"fmt"
	"iter"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// NameLength is RDB_NAME_LENGTH.
var NameLength = &checks.Check{
	Type:     "RDB_NAME_LENGTH",
	Page:     checks.ReadPage(pages, "name_length.md"),
	Level:    checks.Fail,
	On:       []checks.Side{checks.Dest},
	Phases:   checks.Schema,
	Requires: []string{"RDB_CONNECT"},
	Compares: true,
	Run:      runNameLength,
}

// nameLimit is how long a name may be.
type nameLimit struct {
	most  int
	bytes bool // counts bytes, not characters
}

func (l nameLimit) length(name string) int {
	if l.bytes {
		return len(name)
	}
	return utf8.RuneCountInString(name)
}

func (l nameLimit) String() string {
	if l.bytes {
		return fmt.Sprintf("at most %d bytes", l.most)
	}
	return fmt.Sprintf("at most %d characters", l.most)
}

// nameLimits gives how long the names of a kind of object may be on a server.
type nameLimits map[string]nameLimit

func everyName(l nameLimit) nameLimits {
	return nameLimits{"SCHEMA": l, "TABLE": l, "VIEW": l, "COLUMN": l, "INDEX": l, "CONSTRAINT": l}
}

// Sources: MySQL 9.7 Reference Manual, "Identifier Length Limits"; MariaDB documentation,
// "Identifier Names", "Maximum Length"; OceanBase V4.3, "Limits" of MySQL mode and of Oracle mode;
// Oracle Database SQL Language Reference 19c, "Database Object Naming Rules" (12.1 and earlier: 30 bytes).
var (
	mysqlNames           = everyName(nameLimit{most: 64})
	oceanBaseMySQLNames  = nameLimits{"SCHEMA": {128, true}, "TABLE": {64, false}, "COLUMN": {128, true}, "INDEX": {64, true}, "VIEW": {64, true}}
	oceanBaseOracleNames = everyName(nameLimit{128, true})
	oracleNames          = everyName(nameLimit{128, true})
	oldOracleNames       = everyName(nameLimit{30, true})
)

func nameLimitsOf(t datasource.Type, s datasource.Server) nameLimits {
	switch {
	case t == datasource.OceanBaseMySQL:
		return oceanBaseMySQLNames
	case t == datasource.OceanBaseOracle:
		return oceanBaseOracleNames
	case t == datasource.Oracle && s.Version.Before(12, 2):
		return oldOracleNames
	case t == datasource.Oracle:
		return oracleNames
	}
	return mysqlNames
}

func runNameLength(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	server, err := p.Dest().Server(ctx)
	if err != nil {
		return err
	}
	names, err := schemaNames(ctx, p, mapping)
	if err != nil {
		return err
	}
	keys, err := keyNames(ctx, p, mapping)
	if err != nil {
		return err
	}
	limits := nameLimitsOf(p.Route.Dest, server)
	for _, list := range []iter.Seq[identifier]{names, keys} {
		for n := range list {
			limit, known := limits[n.Kind]
			if length := limit.length(n.name); known && length > limit.most {
				p.Report(checks.Finding{Rule: "name_too_long", Level: checks.Fail, Object: n.Object,
					Actual: fmt.Sprint(length), Want: limit.String(), Args: map[string]string{"kind": kindWords[n.Kind]}})
			}
		}
	}
	return nil
}

var kindWords = map[string]string{"SCHEMA": "database", "TABLE": "table", "VIEW": "view", "COLUMN": "column", "INDEX": "index", "CONSTRAINT": "constraint"}
