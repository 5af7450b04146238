package datasource

import (
	"math/big"
	"slices"
	"strings"
)

// OracleSequence is a sequence of an Oracle-like database. Its numbers have up to 28 digits.
type OracleSequence struct {
	TableName
	Min, Max, Increment string
	// Next is the next number after the cache: of the earlier numbers, only the cached ones can still be
	// generated.
	Next   string
	Cached string // the number of cached numbers
	Cycles bool
}

// Down reports whether its numbers decrease.
func (s OracleSequence) Down() bool { return strings.HasPrefix(s.Increment, "-") }

// Used returns the used share of the numbers between Min and Max; 0 if these are not numbers.
func (s OracleSequence) Used() float64 {
	from, to := s.Min, s.Max
	if s.Down() {
		from, to = to, from
	}
	first, ok1 := new(big.Float).SetString(from)
	last, ok2 := new(big.Float).SetString(to)
	next, ok3 := new(big.Float).SetString(s.Next)
	if !ok1 || !ok2 || !ok3 || first.Cmp(last) == 0 {
		return 0
	}
	used, _ := new(big.Float).Quo(next.Sub(next, first), last.Sub(last, first)).Float64()
	return used
}

// OracleSequences are in order of their names.
type OracleSequences []OracleSequence

// Find returns the sequence of that name, nil where there is none.
func (s OracleSequences) Find(name TableName) *OracleSequence {
	i, found := slices.BinarySearchFunc(s, name, func(s OracleSequence, n TableName) int { return s.Compare(n) })
	if !found {
		return nil
	}
	return &s[i]
}

// FactOracleSequences are the sequences of the schemas in scope, including those of identity columns and
// excluding session sequences.
var FactOracleSequences = NewFact[OracleSequences]("oracle_sequences", "sequences")
