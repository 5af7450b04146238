package fixscript

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

var (
	// joinable are the clauses of MySQL and MariaDB that mean the same alone and beside others.
	joinable = starts(`(MODIFY|CHANGE|ALTER|ADD|DROP|COMMENT|ENGINE|ROW_FORMAT|KEY_BLOCK_SIZE)\b|\w+\s*=\s*DEFAULT$`)
	alone    = starts(`(ADD|DROP|ALTER)\s+PARTITION\b|ADD\s+FOREIGN\b|ADD\s+CONSTRAINT\b|DROP\s+FOREIGN\b`)
	ofColumn = regexp.MustCompile("(?is)^(MODIFY|CHANGE|ALTER|ADD|DROP)\\s+(?:COLUMN\\s+)?(`(?:[^`]|``)*`)")
	converts = starts(`CONVERT\s+TO\b`)
	charset  = regexp.MustCompile(`(?is)\bCHARACTER SET \w+ COLLATE (\w+)`)
)

// Join joins ALTER TABLE statements of one table into one where that does not change what they do, and drops
// repetitions. The order of the tables and of everything else stays.
func Join(t datasource.Type, statements []string) []string {
	var steps []*step
	for _, s := range statements {
		steps = merge(t, steps, &step{sql: s}, true)
	}
	joined := make([]string, len(steps))
	for i, s := range steps {
		joined[i] = s.text()
	}
	return joined
}

// step is a statement of a script with the findings that it fixes.
type step struct {
	sql      string      // without the final semicolon
	alter    *alterTable // of sql, if it can be joined with others
	together bool        // sql is several statements that belong together
	fixes    []*fix
	reasons  []reason // why it is not to be run as it is
}

func (s *step) text() string {
	if s.alter != nil {
		return s.alter.String()
	}
	return s.sql
}

// merge adds a step to others, or joins it with one of them. A step that changes a column again stays apart: after
// MODIFY, because it would undo the first change, with a reason not to run it. join allows that it joins an
// earlier one.
func merge(t datasource.Type, steps []*step, next *step, join bool) []*step {
	for _, s := range steps {
		if s.text() == next.sql || s.sql == next.sql {
			s.fixes = append(s.fixes, next.fixes...)
			return steps
		}
	}
	alter, ok := readAlter(next.sql)
	if !ok {
		return append(steps, next)
	}
	own, last := -1, -1 // the last step of the table that can be joined, and that is about it at all
	again, undoes := false, false
	for i, s := range steps {
		other, isAlter := readAlter(s.text())
		if !isAlter || other.table != alter.table {
			continue
		}
		last = i
		if s.alter != nil {
			own = i
		}
		a, u := overlap(other.clauses, alter.clauses)
		again, undoes = again || a, undoes || u
	}
	if undoes {
		next.reasons = append(next.reasons, reasonUndoes)
		return append(steps, next)
	}
	if !canJoin(t, alter) {
		return append(steps, next)
	}
	if join && own >= 0 && own == last && !again {
		s := steps[own]
		for _, c := range alter.clauses {
			if !slices.Contains(s.alter.clauses, c) {
				s.alter.clauses = append(s.alter.clauses, c)
			}
		}
		s.fixes = append(s.fixes, next.fixes...)
		return steps
	}
	next.alter = &alter
	return append(steps, next)
}

func canJoin(t datasource.Type, a alterTable) bool {
	return (t == datasource.MySQL || t == datasource.MariaDB) && !slices.ContainsFunc(a.clauses, func(c string) bool {
		return !joinable.MatchString(c) || alone.MatchString(c)
	})
}

// overlap compares the clauses of two statements about a table. again reports that the second is about a column of the
// first, undoes that it defines that column again in another way, or converts the table again.
func overlap(first, second []string) (again, undoes bool) {
	for _, b := range second {
		for _, a := range first {
			if a == b {
				continue
			}
			if converts.MatchString(a) && converts.MatchString(b) {
				undoes = true
			}
			columnA, columnB := ofColumn.FindStringSubmatch(a), ofColumn.FindStringSubmatch(b)
			if columnA == nil || columnB == nil || !strings.EqualFold(columnA[2], columnB[2]) {
				continue
			}
			again = true
			undoes = undoes || !strings.EqualFold(columnB[1], "ALTER")
		}
	}
	return again, undoes
}

// collationsOf returns the collations that a statement sets.
func collationsOf(statement string) []string {
	var all []string
	for _, m := range charset.FindAllStringSubmatch(statement, -1) {
		all = append(all, strings.ToLower(m[1]))
	}
	return all
}
