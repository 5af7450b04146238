// Package access compares the privileges that a task needs with those that its accounts have, and knows which objects
// an account can see.
package access
