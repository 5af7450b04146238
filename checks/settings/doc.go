// Package settings holds the checks of settings on which source and destination must agree.
package settings

import "embed"

//go:embed *.md
var pages embed.FS
