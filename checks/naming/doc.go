// Package naming holds the checks of the names that a task brings to the destination.
package naming

import "embed"

//go:embed *.md
var pages embed.FS
