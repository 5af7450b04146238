// Package redo holds the checks of the redo log of Oracle and the log service of OceanBase.
package redo

import "embed"

//go:embed *.md
var pages embed.FS
