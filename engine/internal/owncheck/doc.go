// Package owncheck reads own checks: those that a user writes as queries, in a task file or in a file of their own.
// Each becomes a checks.Check like any other. Its page consists of the user's texts.
package owncheck
