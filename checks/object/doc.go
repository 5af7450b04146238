// Package object holds the checks of schemas and objects: whether they exist, conflict, and are migrated.
package object

import "embed"

//go:embed *.md
var pages embed.FS
