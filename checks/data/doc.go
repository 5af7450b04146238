// Package data has the checks that read rows of the source's tables, within a budget.
package data

import "embed"

//go:embed *.md
var pages embed.FS
