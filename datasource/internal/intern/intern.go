// Package intern keeps one copy of strings that a server sends many times.
package intern

import "strings"

// Strings are the strings that were seen. They are for one goroutine.
type Strings map[string]*string

// String returns the copy of s. It does not keep s itself, which may be part of a larger buffer.
func (in Strings) String(s string) string {
	if seen, ok := in[s]; ok {
		return *seen
	}
	return *in.keep(strings.Clone(s))
}

// Bytes returns the copy of b.
func (in Strings) Bytes(b []byte) string {
	if seen, ok := in[string(b)]; ok {
		return *seen
	}
	return *in.keep(string(b))
}

// Pointer returns the pointer to the copy of b, which nobody may change; nil where b is NULL.
func (in Strings) Pointer(b []byte) *string {
	if b == nil {
		return nil
	}
	if seen, ok := in[string(b)]; ok {
		return seen
	}
	return in.keep(string(b))
}

func (in Strings) keep(s string) *string {
	in[s] = &s
	return &s
}
