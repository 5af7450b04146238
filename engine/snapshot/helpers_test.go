package snapshot_test

import "context"

// schemaScope is a scope of these schemas.
type schemaScope []string

func (s schemaScope) all(context.Context) ([]string, error) { return s, nil }
