package checks

import "github.com/dbprecheck/precheck/datasource"

// SetGlobal gives the statement that changes a global setting of a MySQL-protocol server, so that
// it outlives a restart where the server can (MySQL 8.0 Reference Manual, "Persisted System
// Variables"). It gives none for Aurora, whose settings are changed in the parameter group alone.
// The value is written as SQL.
func SetGlobal(s datasource.Server, name, value string) []string {
	switch {
	case s.Flavor == datasource.FlavorAurora:
		return nil
	case s.IsMySQL() && s.Version.AtLeast(8):
		return []string{"SET PERSIST " + name + " = " + value}
	}
	return []string{"SET GLOBAL " + name + " = " + value}
}
