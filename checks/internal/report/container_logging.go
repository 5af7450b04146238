package report

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// ContainerLogging returns how the pluggable database logs. It adds a note if the server does not show that.
func ContainerLogging(ctx context.Context, p *checks.Pass,
	facts *datasource.Facts) (datasource.ContainerLogging, error) {
	container, err := datasource.FactContainerLogging.Of(ctx, facts)
	if datasource.NotShown(err) {
		p.NoteText(message.New("checks.container_logging", "error", err))
		err = nil
	}
	return container, err
}
