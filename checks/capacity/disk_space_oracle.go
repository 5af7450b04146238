package capacity

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// checkTablespaces checks the tablespaces of an Oracle destination and the quotas of its schemas there. An existing
// table fills its own tablespace, a new table the default tablespace of its schema.
func checkTablespaces(
	ctx context.Context, p *checks.Pass, mapping *checks.Mapping, sizes datasource.TableRows[datasource.TableSize],
) error {
	spaces, err := datasource.FactSpaces.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	existing, err := datasource.FactOracleTables.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	need := map[schemaSpace]int64{}
	unknown := map[string]bool{}
	partitioned := 0
	for _, pair := range mapping.BaseTables() {
		bytes := sumSizes([]checks.TablePair{pair}, sizes).total
		schema := pair.Dest.Schema
		space, known := spaces[schema]
		tablespace := space.Default
		if tables := existing.Of(pair.Dest); len(tables) > 0 {
			if tablespace = tables[0].Tablespace; tablespace == "" { // each of its parts has its own
				partitioned++
				continue
			}
		}
		if !known {
			unknown[schema] = true
			continue
		}
		need[schemaSpace{schema, tablespace}] += bytes
	}
	total := map[string]int64{}
	for at, bytes := range need {
		total[at.tablespace] += bytes
	}
	tablespaces, err := roomFor(ctx, p, total)
	if err != nil {
		return err
	}
	if partitioned > 0 {
		p.Note("tables_not_checked", "count", partitioned)
	}
	for _, at := range slices.SortedFunc(maps.Keys(need), schemaSpace.compare) {
		checkQuota(p, spaces[at.schema], at, need[at])
	}
	for _, tablespace := range slices.Sorted(maps.Keys(total)) {
		checkTablespace(p, tablespace, tablespaces[tablespace], total[tablespace])
	}
	if len(unknown) > 0 {
		return p.NotChecked("tablespace_unknown", "schemas", strings.Join(slices.Sorted(maps.Keys(unknown)), ", "))
	}
	return nil
}

// roomFor returns the room of the tablespaces that need some. If their free extents are enough, it does not read more:
// whatever else is free leaves the verdict as it is.
func roomFor(ctx context.Context, p *checks.Pass, need map[string]int64) (map[string]datasource.Tablespace, error) {
	free, err := datasource.FactFreeExtents.Of(ctx, p.Dest())
	switch {
	case datasource.NotShown(err):
		return datasource.FactTablespaces.Of(ctx, p.Dest())
	case err != nil:
		return nil, err
	}
	room := map[string]datasource.Tablespace{}
	for name, bytes := range need {
		extents, listed := free[name]
		if !listed || extents < max(bytes, sufficient(bytes)) {
			return datasource.FactTablespaces.Of(ctx, p.Dest())
		}
		room[name] = datasource.Tablespace{Free: extents}
	}
	return room, nil
}

// schemaSpace is the part of a tablespace that a schema uses.
type schemaSpace struct{ schema, tablespace string }

func (s schemaSpace) compare(other schemaSpace) int {
	return strings.Compare(s.schema+"."+s.tablespace, other.schema+"."+other.tablespace)
}

func checkQuota(p *checks.Pass, space datasource.Space, at schemaSpace, need int64) {
	left, limited := space.Left(at.tablespace)
	if need == 0 || !limited {
		return
	}
	enough := sufficient(need)
	f := checks.Finding{Level: checks.Fail, Object: checks.Object{Kind: "ACCOUNT", Name: at.schema},
		Actual: message.Bytes(left).String(), Expected: message.Bytes(enough).String(),
		Args: checks.Args{"need": message.Bytes(need).String(), "tablespace": at.tablespace},
		SQL: []string{"ALTER USER " + checks.Quote(datasource.Oracle, at.schema) +
			" QUOTA UNLIMITED ON " + checks.Quote(datasource.Oracle, at.tablespace)}}
	switch {
	case left < need:
		f.Rule = "small_quota"
	case left < enough:
		f.Rule, f.Level = "scarce_quota", checks.Warn
	default:
		return
	}
	p.Report(f)
}

func checkTablespace(p *checks.Pass, name string, t datasource.Tablespace, need int64) {
	enough := sufficient(need)
	f := checks.Finding{Level: checks.Warn, Object: checks.Object{Kind: "TABLESPACE", Name: name},
		Actual: message.Bytes(t.Free).String(), Expected: message.Bytes(enough).String(),
		Args: checks.Args{"need": message.Bytes(need).String(), "growth": message.Bytes(t.Growth).String()}}
	switch {
	case t.Free+t.Growth < need:
		f.Rule, f.Level = "small_tablespace", checks.Fail
	case t.Free+t.Growth < enough:
		f.Rule = "scarce_tablespace"
	case t.Free < need:
		f.Rule = "growing_tablespace"
	default:
		p.Note("tablespace_enough", "tablespace", name, "free", message.Bytes(t.Free).String(), "need",
			message.Bytes(need).String())
		return
	}
	p.Report(f)
}
