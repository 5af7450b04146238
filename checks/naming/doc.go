// Package naming holds the checks of the names of objects on the destination.
package naming

import "embed"

//go:embed *.md
var pages embed.FS
