// Package privilege holds the checks of what the accounts of a task may do.
package privilege

import "embed"

//go:embed *.md
var pages embed.FS
