// Package fields reads YAML and JSON files field by field. It reports every error of a file at once, each with its
// line and the path of its field, and shows no value that may be a password.
package fields
