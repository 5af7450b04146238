// Package column holds the checks of columns: their types, ranges and values.
package column

import "embed"

//go:embed *.md
var pages embed.FS
