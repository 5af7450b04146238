package sysvar

import (
	"context"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// CharacterSet returns the character set of an Oracle-like database that a parameter of
// NLS_DATABASE_PARAMETERS names.
func CharacterSet(ctx context.Context, f *datasource.Facts, parameter string) (string, error) {
	nls, err := datasource.FactNLS.Of(ctx, f)
	if err == nil && nls[parameter] == "" {
		err = message.Err("checks.no_nls_parameter", "parameter", parameter)
	}
	return nls[parameter], err
}
