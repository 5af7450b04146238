// Package settings holds the checks of settings of source and destination.
package settings

import "embed"

//go:embed *.md
var pages embed.FS
