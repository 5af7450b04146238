package capacity

import (
	"context"
	"errors"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// DiskSpace is RDB_DISK_SPACE.
var DiskSpace = &checks.Check{
	Type:     "RDB_DISK_SPACE",
	Page:     checks.ReadPage(pages, "disk_space.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Full,
	Requires: []string{"RDB_CONNECT"},
	Compares: true,
	Deep:     true,
	Run:      runDiskSpace,
}

// roomy is how much more space than the source's tables take is enough for sure, in percent: logs,
// temporary files and pages that are filled less come on top.
const roomy = 130

func runDiskSpace(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	sizes, err := p.Source().TableSizes(ctx)
	if err != nil {
		return err
	}
	if p.Route.Source == datasource.OceanBaseOracle {
		p.Inform("Large objects are not counted: OceanBase in Oracle mode does not tell their sizes")
	}
	if p.Route.Dest == datasource.Oracle {
		return oracleSpace(ctx, p, mapping, sizes)
	}
	need := sumSizes(mapping.BaseTables(), sizes).total
	enough := need / 100 * roomy
	free, err := p.Dest().FreeSpace(ctx)
	var known *datasource.Error
	if errors.As(err, &known) {
		told := *known
		told.Cause += fmt.Sprintf("; the tables take %s at the source", gib(need))
		told.Remedy = fmt.Sprintf("Look at the destination's file system: %s should be free.", gib(enough))
		return &told
	}
	if err != nil {
		return err
	}
	f := checks.Finding{Rule: "too_little", Level: checks.Fail, Object: checks.ServerObject, Actual: gib(free), Expected: gib(enough), Args: checks.Args{"need": gib(need)}}
	switch {
	case free < need:
		p.Report(f)
	case free < enough:
		f.Rule, f.Level = "scarce", checks.Warn
		p.Report(f)
	default:
		p.Inform("%s are free, the tables take %s at the source", gib(free), gib(need))
	}
	return nil
}
