package column

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/datasource"
)

// references reports the spatial columns that accept on a MySQL destination only values of a reference system that the
// source does not require (error 3643). MariaDB requires none: REF_SYSTEM_ID describes a column.
func (d *columnDiffRun) references(ctx context.Context, pair checks.TablePair) error {
	isSpatial := func(c datasource.Column) bool { return slices.Contains(coltype.Spatial, c.DataType) }
	if d.Route.Dest != datasource.MySQL || !slices.ContainsFunc(d.dest.Of(pair.Dest), isSpatial) {
		return nil
	}
	there, err := datasource.FactSpatialReferences.Of(ctx, d.Dest())
	if err != nil || len(there.Of(pair.Dest)) == 0 {
		return err
	}
	here, err := datasource.FactSpatialReferences.Of(ctx, d.Source())
	if err != nil {
		return err
	}
	for _, t := range there.Of(pair.Dest) {
		same := func(s datasource.SpatialReference) bool { return strings.EqualFold(s.Column, t.Column) }
		at := slices.IndexFunc(here.Of(pair.Source), same)
		level, actual := checks.Warn, "SRID "+strconv.Itoa(t.SRID)
		if at >= 0 && d.Route.Source == datasource.MySQL {
			if here.Of(pair.Source)[at].SRID == t.SRID {
				continue
			}
			level = checks.Fail
		}
		d.differs("reference", level, checks.ColumnObject(pair.Dest, t.Column), actual, "")
	}
	return nil
}
