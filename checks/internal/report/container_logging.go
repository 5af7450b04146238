package report

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// ContainerLogging is how the pluggable database logs. That it could not be read is remarked.
func ContainerLogging(ctx context.Context, p *checks.Pass, facts *datasource.Facts) datasource.ContainerLogging {
	container, err := facts.ContainerLogging(ctx)
	if err != nil {
		p.Inform("Whether the pluggable database forces logging could not be read: %v", err)
	}
	return container
}
