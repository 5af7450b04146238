// Package capacity holds the checks of connections, time limits, space, undo and long transactions.
package capacity

import "embed"

//go:embed *.md
var pages embed.FS
