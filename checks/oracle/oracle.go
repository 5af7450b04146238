// Package oracle holds the checks of Oracle Database.
package oracle

import (
	"embed"

	"github.com/dbprecheck/precheck/checks"
)

//go:embed *.md
var pages embed.FS

// bothSides is Check.On of a check that looks at each end by itself.
var bothSides = []checks.Side{checks.Source, checks.Dest}
