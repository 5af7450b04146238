package report

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// ContainerLogging returns how the pluggable database logs. It adds a note if that could not be read.
func ContainerLogging(ctx context.Context, p *checks.Pass, facts *datasource.Facts) datasource.ContainerLogging {
	container, err := datasource.FactContainerLogging.Of(ctx, facts)
	if err != nil {
		p.NoteText(message.New("checks.container_logging", "error", err))
	}
	return container
}
