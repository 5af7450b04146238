package checks

import "github.com/dbprecheck/precheck/datasource"

// SetGlobal returns the statement that changes a global setting of a MySQL-protocol server. The change
// survives a restart if the server supports that (MySQL 8.0 Reference Manual, "Persisted System Variables").
// It returns an empty statement for Aurora, whose settings can be changed only in the parameter group. The
// value is SQL text.
func SetGlobal(s datasource.Server, name, value string) []string {
	switch {
	case s.Flavor == datasource.FlavorAurora:
		return nil
	case s.IsMySQL() && s.Version.AtLeast(8):
		return []string{"SET PERSIST " + name + " = " + value}
	}
	return []string{"SET GLOBAL " + name + " = " + value}
}
