package table

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// TableStorage is ORACLE_TABLE_STORAGE.
var TableStorage = &checks.Check{
	Type:     "ORACLE_TABLE_STORAGE",
	Page:     checks.ReadPage(pages, "table_storage.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Incremental,
	Sources:  checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactContainerLogging, datasource.FactOracleDatabase,
			datasource.FactOracleTables,
			datasource.FactTablespaceModes},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_TABLE_TYPE"}},
	Run: runTableStorage,
}

func runTableStorage(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	kinds, err := datasource.FactOracleTables.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	tablespaces, unread := datasource.FactTablespaceModes.Of(ctx, p.Source())
	switch {
	case unread != nil && !datasource.NotShown(unread):
		return unread
	case unread != nil:
		p.Note("tablespaces_not_read", "cause", unread)
	}
	forced := func(tablespace string) bool { return tablespaces[tablespace].ForceLogging }
	var noLogging []checks.Finding
	for _, pair := range mapping.BaseTables() {
		for _, t := range kinds.Of(pair.Source) {
			object := checks.TableObject(pair.Source)
			if slices.ContainsFunc(t.NoLogging, func(tablespace string) bool { return !forced(tablespace) }) {
				f := checks.Finding{Rule: "nologging", Level: checks.Fail, Object: object, Actual: "NOLOGGING"}
				if !t.Partitioned {
					f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(datasource.Oracle, pair.Source) + " LOGGING"}
				}
				noLogging = append(noLogging, f)
			}
			for i, lob := range t.NoLoggingLOBs {
				reported := slices.ContainsFunc(t.NoLoggingLOBs[:i], func(other datasource.OracleLOB) bool {
					return other.Column == lob.Column && !forced(other.Tablespace)
				})
				if !forced(lob.Tablespace) && !reported {
					noLogging = append(noLogging, checks.Finding{Rule: "nologging_lob", Level: checks.Fail,
						Object: checks.ColumnObject(pair.Source, lob.Column), Actual: "NOLOGGING"})
				}
			}
			if len(t.Encrypted) > 0 {
				p.Report(checks.Finding{Rule: "encrypted_columns", Level: checks.Info, Object: object,
					Actual: strings.Join(t.Encrypted, ", "), Args: checks.Args{"count": len(t.Encrypted)}})
			}
			if hybrid := t.HybridColumnar(); hybrid != nil {
				p.Report(checks.Finding{Rule: "hybrid_columnar", Level: checks.Warn, Object: object,
					Actual: strings.Join(hybrid, ", ")})
			}
			if tablespaces[t.Tablespace].Encrypted {
				p.Report(checks.Finding{Rule: "encrypted", Level: checks.Info, Object: object, Actual: t.Tablespace})
			}
		}
	}
	if noLogging == nil {
		return nil
	}
	database, err := datasource.FactOracleDatabase.Of(ctx, p.Source())
	if err != nil || database.ForceLogging == "YES" {
		return err
	}
	if database.InPDB() {
		container, err := datasource.FactContainerLogging.Of(ctx, p.Source())
		if container.ForceLogging {
			return nil
		}
		unread = errors.Join(unread, err)
	}
	for _, f := range noLogging {
		if unread != nil { // what forces logging may not be shown
			f.Level = checks.Warn
		}
		p.Report(f)
	}
	return unread
}
