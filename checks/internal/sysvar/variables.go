package sysvar

import (
	"context"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Missing returns the error of a check that needs a setting that the server does not show.
func Missing(s datasource.Server, name string) error {
	return &datasource.Error{Class: datasource.ErrUnsupported,
		Cause: message.New("checks.no_variable", "server", s, "variable", name)}
}

// WithServer returns the facts that most checks of settings read.
func WithServer(ctx context.Context, f *datasource.Facts) (datasource.Server, datasource.Variables, error) {
	server, err := datasource.FactServer.Of(ctx, f)
	if err != nil {
		return server, nil, err
	}
	variables, err := datasource.FactVariables.Of(ctx, f)
	return server, variables, err
}
