package oracle

import (
	"context"
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
	On:       []checks.Side{checks.Source},
	Phases:   checks.Incremental,
	Sources:  checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Run:      runTableStorage,
}

func runTableStorage(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	kinds, err := p.Source().OracleTables(ctx)
	if err != nil {
		return err
	}
	tablespaces, noTablespaces := p.Source().TablespaceModes(ctx)
	if noTablespaces != nil {
		p.Inform("Whether tablespaces are encrypted or force logging could not be read: %v", noTablespaces)
	}
	forced := func(tablespace string) bool { return tablespaces[tablespace].ForceLogging }
	var silent []checks.TablePair
	for _, pair := range mapping.HoldingRows() {
		for _, t := range kinds.Of(pair.Source) {
			object := checks.TableObject(pair.Source)
			if slices.ContainsFunc(t.NoLogging, func(tablespace string) bool { return !forced(tablespace) }) {
				silent = append(silent, pair)
			}
			if hybrid := slices.DeleteFunc(slices.Clone(t.Compression), func(c string) bool { return !hybridColumnar(c) }); len(hybrid) > 0 {
				p.Report(checks.Finding{Rule: "hybrid_columnar", Level: checks.Warn, Object: object, Actual: strings.Join(hybrid, ", "), Want: "no compression, BASIC or ADVANCED"})
			}
			if tablespaces[t.Tablespace].Encrypted {
				p.Report(checks.Finding{Rule: "encrypted", Level: checks.Info, Object: object, Actual: "tablespace " + t.Tablespace, Want: "an open keystore"})
			}
		}
	}
	if silent == nil {
		return nil
	}
	database, err := p.Source().OracleDatabase(ctx)
	if err != nil || database.ForceLogging == "YES" || database.InPDB() && containerLogging(ctx, p, p.Source()).ForceLogging {
		return err
	}
	for _, pair := range silent {
		f := checks.Finding{Rule: "nologging", Level: checks.Fail, Object: checks.TableObject(pair.Source), Actual: "NOLOGGING", Want: "LOGGING, or FORCE LOGGING"}
		if t := kinds.Of(pair.Source)[0]; !t.Partitioned {
			f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(datasource.Oracle, pair.Source) + " LOGGING"}
		}
		p.Report(f)
	}
	return nil
}

// hybridColumnar tells whether a value of COMPRESS_FOR is Hybrid Columnar Compression.
func hybridColumnar(compression string) bool {
	return strings.HasPrefix(compression, "QUERY ") || strings.HasPrefix(compression, "ARCHIVE ")
}
