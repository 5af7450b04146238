// Package table holds the checks of what a table may be: limits, partitions, storage engines, row formats.
package table

import "embed"

//go:embed *.md
var pages embed.FS
