// Package key holds the checks of primary, unique and foreign keys, and other indexes.
package key

import "embed"

//go:embed *.md
var pages embed.FS
