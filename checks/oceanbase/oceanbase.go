// Package oceanbase holds the checks of OceanBase's tenants.
package oceanbase

import (
	"embed"

	"github.com/dbprecheck/precheck/checks"
)

//go:embed *.md
var pages embed.FS

var bothSides = []checks.Side{checks.Source, checks.Dest}
