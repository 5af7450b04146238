// Package charset holds the checks of character sets and collations.
package charset

import "embed"

//go:embed *.md
var pages embed.FS
