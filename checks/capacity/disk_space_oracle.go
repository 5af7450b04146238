package capacity

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// oracleSpace looks at the tablespaces of an Oracle destination and at the quotas that its schemas have
// there. A table that exists fills its own tablespace, one that does not the default of its schema.
func oracleSpace(ctx context.Context, p *checks.Pass, mapping *checks.Mapping, sizes datasource.ByTable[datasource.TableSize]) error {
	tablespaces, err := p.Dest().Tablespaces(ctx)
	if err != nil {
		return err
	}
	spaces, err := p.Dest().Spaces(ctx)
	if err != nil {
		return err
	}
	existing, err := p.Dest().OracleTables(ctx)
	if err != nil {
		return err
	}
	need := map[place]int64{}
	unknown := map[string]bool{}
	partitioned := 0
	for _, pair := range mapping.BaseTables() {
		bytes := sumSizes([]checks.TablePair{pair}, sizes).total
		schema := pair.Dest.Schema
		space, known := spaces[schema]
		tablespace := space.Default
		if tables := existing.Of(pair.Dest); len(tables) > 0 {
			if tablespace = tables[0].Tablespace; tablespace == "" { // each part of it has its own
				partitioned++
				continue
			}
		}
		if !known {
			unknown[schema] = true
			continue
		}
		need[place{schema, tablespace}] += bytes
	}
	if partitioned > 0 {
		p.Inform("%d table(s) that exist on the destination, partitioned or index-organized ones among them, are left out: they have no tablespace of their own", partitioned)
	}
	total := map[string]int64{}
	for _, at := range slices.SortedFunc(maps.Keys(need), place.compare) {
		total[at.tablespace] += need[at]
		reportQuota(p, spaces[at.schema], at, need[at])
	}
	for _, tablespace := range slices.Sorted(maps.Keys(total)) {
		reportTablespace(p, tablespace, tablespaces[tablespace], total[tablespace])
	}
	if len(unknown) > 0 {
		return &datasource.Error{Class: datasource.ErrNoSuchObject, Cause: "which tablespace the tables of " + strings.Join(slices.Sorted(maps.Keys(unknown)), ", ") + " will fill, and how much of it, is not known",
			Remedy: "Create the schema, and grant the account SELECT on DBA_USERS, DBA_TS_QUOTAS and DBA_SYS_PRIVS, then run the check again."}
	}
	return nil
}

// place is where rows go: a schema's share of a tablespace.
type place struct{ schema, tablespace string }

func (p place) compare(q place) int {
	return strings.Compare(p.schema+"."+p.tablespace, q.schema+"."+q.tablespace)
}

func reportQuota(p *checks.Pass, space datasource.Space, at place, need int64) {
	left, limited := space.Left(at.tablespace)
	if need == 0 || !limited {
		return
	}
	f := checks.Finding{Level: checks.Fail, Object: checks.Object{Kind: "ACCOUNT", Name: at.schema}, Actual: gib(left), Expected: gib(need / 100 * roomy), Args: checks.Args{"need": gib(need), "tablespace": at.tablespace},
		SQL: []string{"ALTER USER " + checks.Quote(datasource.Oracle, at.schema) + " QUOTA UNLIMITED ON " + checks.Quote(datasource.Oracle, at.tablespace)}}
	switch {
	case left < need:
		f.Rule = "small_quota"
	case left < need/100*roomy:
		f.Rule, f.Level = "scarce_quota", checks.Warn
	default:
		return
	}
	p.Report(f)
}

func reportTablespace(p *checks.Pass, name string, t datasource.Tablespace, need int64) {
	enough := need / 100 * roomy
	f := checks.Finding{Level: checks.Warn, Object: checks.Object{Kind: "TABLESPACE", Name: name}, Actual: gib(t.Free), Expected: gib(enough), Args: checks.Args{"need": gib(need), "growth": gib(t.Growth)}}
	switch {
	case t.Free+t.Growth < need:
		f.Rule, f.Level = "small_tablespace", checks.Fail
	case t.Free+t.Growth < enough:
		f.Rule = "scarce_tablespace"
	case t.Free < need:
		f.Rule = "growing_tablespace"
	default:
		p.Inform("Tablespace %s has %s free, the tables take %s at the source", name, gib(t.Free), gib(need))
		return
	}
	p.Report(f)
}
