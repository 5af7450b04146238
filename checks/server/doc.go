// Package server holds the checks of who answers and what it is: connectivity, version, role, container, tenant.
package server

import "embed"

//go:embed *.md
var pages embed.FS
