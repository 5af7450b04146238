// Package expression holds the checks of views, CHECK constraints, defaults and generated columns.
package expression

import "embed"

//go:embed *.md
var pages embed.FS
