package capacity

import (
	"context"
	"errors"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// DiskSpace is RDB_DISK_SPACE.
var DiskSpace = &checks.Check{
	Type:     "RDB_DISK_SPACE",
	Page:     checks.ReadPage(pages, "disk_space.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Full,
	Requires: []string{"RDB_CONNECT"},
	Deep:     true,
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactTableSizes},
		Dest: checks.Facts{datasource.FactFreeExtents, datasource.FactFreeSpace,
			datasource.FactOracleTables, datasource.FactSpaces, datasource.FactTablespaces},
		Mapping: true,
	},
	Run: runDiskSpace,
}

// sufficient returns the sufficient space for tables of some size on the source: logs, temporary files and less densely
// filled pages need additional space.
func sufficient(size int64) int64 { return size / 100 * 130 }

func runDiskSpace(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	sizes, err := datasource.FactTableSizes.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	if p.Route.Source == datasource.OceanBaseOracle {
		p.Note("large_objects_not_counted")
		if partial := sumSizes(mapping.BaseTables(), sizes).partial; partial != nil {
			p.Note("sizes_not_shown", "count", len(partial), "table", partial[0].Source)
		}
	}
	if p.Route.Dest == datasource.Oracle {
		return checkTablespaces(ctx, p, mapping, sizes)
	}
	need := sumSizes(mapping.BaseTables(), sizes).total
	enough := sufficient(need)
	free, err := datasource.FactFreeSpace.Of(ctx, p.Dest())
	var known *datasource.Error
	switch {
	case datasource.ClassOf(err) == datasource.ErrUnsupported && p.Settings.DiskSpace > 0:
		free, err = p.Settings.DiskSpace, nil
		p.Note("stated")
	case datasource.ClassOf(err) == datasource.ErrUnsupported:
		p.Note("not_shown", "cause", err, "need", message.Bytes(need).String(), "enough",
			message.Bytes(enough).String())
		return nil
	case errors.As(err, &known):
		return p.NotChecked("free_space_unknown", "cause", err, "need", message.Bytes(need).String(), "enough",
			message.Bytes(enough).String())
	}
	if err != nil {
		return err
	}
	f := checks.Finding{Rule: "too_little", Level: checks.Fail, Object: checks.ServerObject,
		Actual: message.Bytes(free).String(), Expected: message.Bytes(enough).String(),
		Args: checks.Args{"need": message.Bytes(need).String()}}
	switch {
	case free < need:
		p.Report(f)
	case free < enough:
		f.Rule, f.Level = "scarce", checks.Warn
		p.Report(f)
	default:
		p.Note("enough", "free", message.Bytes(free).String(), "need", message.Bytes(need).String())
	}
	return nil
}
