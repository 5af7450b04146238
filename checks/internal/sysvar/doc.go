// Package sysvar reads system variables and parameters for several checks: settings of MySQL and MariaDB, and character
// sets of Oracle.
package sysvar
