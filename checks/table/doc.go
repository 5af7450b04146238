// Package table holds the checks of tables: limits, partitions, storage engines, row formats.
package table

import "embed"

//go:embed *.md
var pages embed.FS
