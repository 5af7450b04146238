// Package binlog holds the checks of the binary log of MySQL and MariaDB: its format, retention, position, and GTIDs.
package binlog

import "embed"

//go:embed *.md
var pages embed.FS
