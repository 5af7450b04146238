// Package report holds what several checks report in the same way: objects, notes and statements.
package report
